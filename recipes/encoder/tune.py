"""The tuning itself: `python -m recipes.encoder.tune FOLDER`, which writes one checkpoint an epoch.

Two processes of one thread each share every batch: on a machine that does other things as well, threads
of one process wait for each other far longer than they work (measured: four times as slow).
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, multiprocessing, nn
from torch.nn import functional

from bot.nlu.training_texts import message_key
from recipes.encoder.messages import Lesson, Message, Parts, lessons, split, split_as_before
from recipes.encoder.network import Alarm, Network
from recipes.encoder.reopen import Shipped, reopen
from recipes.encoder.source import ROOT, e5_file
from recipes.encoder.texts import Batches

PROCESSES = 2
_FIRST_LOOK = 4000
"""So many messages give the intents their first place."""


@dataclass(frozen=True)
class Plan:
    """How it is tuned.

    Attributes:
        steps: how many batches; 0 means as many as fit into `minutes`.
        cooling: the rate falls in a line over so large a part of the steps, at the end.
        batch: lessons a step and process.
        known: how often a pass shows what the part that is gone on from has learned; what it has not learned is shown once.
        still: so many of the lowest layers stay as they are.
        rate, head_rate: of the encoder and of the two heads.
        danger: weight of the danger objective; `danger_weight` of a danger in it.
        smoothing: of the intent labels.
    """

    steps: int = 0
    minutes: float = 75.0
    cooling: float = 0.5
    known: float = 0.5
    still: int = 4
    warm_steps: int = 60
    batch: int = 24
    rate: float = 1.5e-4
    head_rate: float = 1.5e-3
    decay: float = 0.01
    danger: float = 0.7
    danger_weight: float = 2.0
    smoothing: float = 0.1
    seed: int = 11


class Heads(nn.Module):
    """Intent from both vectors of a message, thrown away after tuning, and the alarm, which is served."""

    def __init__(self, width: int, intents: int) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(2 * width))
        self.register_buffer("spread", torch.ones(1))
        self.intents = nn.Linear(2 * width, intents, bias=False)
        self.alarm = Alarm(width)

    def forward(self, last: Tensor, later: Tensor) -> Tensor:
        """Intent scores (batch, intents)."""
        z = (both(last, later) - self.centre) / self.spread
        return functional.normalize(z, dim=-1) @ functional.normalize(self.intents.weight, dim=-1).T * 20.0


def both(last: Tensor, later: Tensor) -> Tensor:
    """The two vectors of a message, each of length 1, side by side."""
    return torch.cat([functional.normalize(last, dim=-1), functional.normalize(later, dim=-1)], dim=-1)


class Tuner:
    """One of the processes."""

    def __init__(
        self, rank: int, plan: Plan, folder: Path, messages: Parts, onto: Shipped | None, shared: tuple[Tensor, Tensor], barrier: Any
    ) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(plan.seed)
        self.rank, self.plan, self.folder, self.barrier = rank, plan, folder, barrier
        self.shared, self.total = shared
        self.learned, self.held_out = messages.learned, messages.held_out
        self.known = frozenset(m.text for m in self.learned if onto and onto.has_learned(message_key(m.text)))
        self.names = sorted({m.intent for m in self.learned})
        file = e5_file()
        self.batches = Batches(file)
        self.network, self.heads, self.keys = Network(file), Heads(file.width, len(self.names)), sorted(onto.keys) if onto else []
        if onto:
            self.network.load_state_dict(onto.network)
            self.heads.alarm.load_state_dict(onto.alarm)
        tuned = self.network.tunable(plan.still)
        self.parameters = [*tuned, *self.heads.parameters()]
        groups = [
            {"params": tuned, "lr": plan.rate, "top": plan.rate},
            {"params": list(self.heads.parameters()), "lr": plan.head_rate, "top": plan.head_rate},
        ]
        self.optimizer = torch.optim.AdamW(groups, weight_decay=plan.decay, fused=True)
        self.step, self.steps, self.begun = 0, 0, time.time()

    def run(self) -> None:
        """Epoch after epoch until the steps are done."""
        torch.manual_seed(self.plan.seed + self.rank)
        self._start_heads()
        epoch = 0
        self.begun = time.time()
        while self._is_short():
            for at, batch in enumerate(self._batches(epoch)):
                if not self._is_short():
                    break
                loss = self._learn(batch[self.rank :: PROCESSES])
                self.step += 1
                if self.rank == 0 and at % 20 == 0:
                    self._say(f"epoch {epoch + 1} step {self.step}/{self.steps} loss {loss:.3f} {time.time() - self.begun:.0f} s")
            epoch += 1
            self._look(epoch)

    def _is_short(self) -> bool:
        """Whether steps are left; with a limit in minutes the first process reckons how many there will be and tells the other.

        Both must call it equally often: each waits here for the other.
        """
        if not self.plan.steps:
            self.barrier.wait()
            if self.rank == 0:
                spent = time.time() - self.begun
                self.total[0] = 1500 if self.step < 40 else max(self.step, int(self.step / spent * self.plan.minutes * 60))
            self.barrier.wait()
        self.steps = self.plan.steps or int(self.total[0])
        return self.step < self.steps

    def _batches(self, epoch: int) -> list[list[Lesson]]:
        """Lessons of about the same length together, in random order; the same in each process."""
        rng = random.Random(self.plan.seed * 1000 + epoch)
        shown = lessons(self.learned, rng, self.known, self.plan.known)
        size = self.plan.batch * PROCESSES
        pool, found = size * 40, []
        for start in range(0, len(shown), pool):
            part = sorted(shown[start : start + pool], key=lambda lesson: self.batches.length(lesson.text))
            found += [part[at : at + size] for at in range(0, len(part), size)]
        rng.shuffle(found)
        return [batch for batch in found if len(batch) == size]

    def _learn(self, batch: list[Lesson]) -> float:
        self.network.train()
        self.heads.train()
        wanted = torch.zeros(len(batch), len(self.names))
        for row, lesson in enumerate(batch):
            for intent, share in lesson.shares:
                wanted[row, self.names.index(intent)] += share
        danger = torch.tensor([float(lesson.is_danger) for lesson in batch])
        words, present = self.batches.batch([lesson.text for lesson in batch])
        last, later, tokens = self.network(words, present)
        scores, alarms = self.heads(last, later), self.heads.alarm(tokens, present)
        loss = functional.cross_entropy(scores, wanted, label_smoothing=self.plan.smoothing)
        weight = 1.0 + danger * (self.plan.danger_weight - 1.0)
        loss = loss + self.plan.danger * functional.binary_cross_entropy_with_logits(alarms, danger, weight)
        self.optimizer.zero_grad()
        loss.backward()
        self._share_gradients()
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = group["top"] * self._rate()
        self.optimizer.step()
        return float(loss.detach())

    def _rate(self) -> float:
        left = (self.steps - self.step) / (self.plan.cooling * self.steps)
        return min(1.0, (self.step + 1) / self.plan.warm_steps, max(0.02, left))

    def _share_gradients(self) -> None:
        """The mean over the processes, through memory that both see."""
        flat = torch.cat([p.grad.reshape(-1) for p in self.parameters if p.grad is not None])
        self.shared[self.rank].copy_(flat)
        self.barrier.wait()
        mean = self.shared.mean(dim=0)
        self.barrier.wait()
        at = 0
        for p in self.parameters:
            if p.grad is not None:
                p.grad.copy_(mean[at : at + p.numel()].view_as(p))
                at += p.numel()

    @torch.no_grad()
    def encode(self, texts: list[str]) -> tuple[Tensor, Tensor]:
        """Both vectors of each text, shape (n, 2 * width), and its alarm, shape (n,)."""
        self.network.eval()
        self.heads.eval()
        order = sorted(range(len(texts)), key=lambda at: self.batches.length(texts[at]))
        found, alarms = torch.zeros(len(texts), 2 * self.network.places.shape[1]), torch.zeros(len(texts))
        for start in range(0, len(order), 32):
            part = order[start : start + 32]
            words, present = self.batches.batch([texts[at] for at in part])
            last, later, tokens = self.network(words, present)
            found[part], alarms[part] = both(last, later), self.heads.alarm(tokens, present)
        return found, alarms

    def _start_heads(self) -> None:
        """Each intent begins as the mean of some of its messages under the encoder that is begun with."""
        rng = random.Random(self.plan.seed)
        some = rng.sample(self.learned, min(_FIRST_LOOK, len(self.learned)))
        z, _ = self.encode([m.text for m in some])
        self.heads.centre.copy_(z.mean(dim=0))
        z = z - z.mean(dim=0)
        self.heads.spread.fill_(float(z.norm(dim=1).mean()))
        for at, name in enumerate(self.names):
            rows = [row for row, m in enumerate(some) if m.intent == name]
            if rows:
                self.heads.intents.weight.data[at] = functional.normalize(z[rows].mean(dim=0), dim=0)

    def _look(self, epoch: int) -> None:
        """Save, and say how the held-out messages are read; both processes, so that they stay in step."""
        if self.rank == 0:
            torch.save(
                {"network": self.network.state_dict(), "heads": self.heads.state_dict(), "names": self.names, "epoch": epoch,
                 "optimizer": self.optimizer.state_dict(), "step": self.step, "plan": asdict(self.plan),
                 "learned": sorted({m.text for m in self.learned}), "keys": self.keys, "held_out": [m.text for m in self.held_out]},
                self.folder / f"epoch-{epoch}.pt",
            )  # fmt: skip
            with torch.no_grad():
                z, alarms = self.encode([m.text for m in self.held_out])
                width = z.shape[1] // 2
                scores = self.heads(z[:, :width], z[:, width:])
            self._say(json.dumps({"epoch": epoch, **held_out_figures(self.held_out, self.names, scores.numpy(), alarms.numpy())}))
        self.barrier.wait()

    def _say(self, line: str) -> None:
        with (self.folder / "progress.log").open("a") as log:
            log.write(time.strftime("%H:%M:%S ") + line + "\n")


def held_out_figures(messages: Sequence[Message], names: list[str], scores: Any, alarms: Any) -> dict[str, Any]:
    """Accuracy by language; danger found at false alarms on 1 in 200 and 1 in 50 of the harmless ones."""
    found = [names[at] for at in scores.argmax(axis=1)]
    figures: dict[str, Any] = {}
    for language in sorted({m.language for m in messages}):
        right = [f == m.intent for f, m in zip(found, messages, strict=True) if m.language == language]
        figures[language] = round(sum(right) / len(right), 3)
    danger = np.array([m.is_danger for m in messages])
    for rate in (0.005, 0.02):
        figures[f"danger at {rate}"] = round(float((alarms[danger] > np.quantile(alarms[~danger], 1 - rate)).mean()), 3)
    figures["all"] = round(float(np.mean([f == m.intent for f, m in zip(found, messages, strict=True)])), 4)
    return figures


def _process(
    rank: int, plan: Plan, folder: Path, messages: Parts, onto: Shipped | None, shared: tuple[Tensor, Tensor], barrier: Any
) -> None:
    Tuner(rank, plan, folder, messages, onto, shared, barrier).run()


def _messages(as_in: Shipped | None, onto: Shipped | None) -> Parts:
    """The split; a run that is repeated learns what that one did, one that goes on from a part holds none of its messages out."""
    folder = ROOT / "data" / "nlu"
    if as_in:
        return split_as_before(folder, as_in.has_learned)
    return split(folder, onto.has_learned) if onto else split(folder)


def main() -> None:
    """Tune."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=Plan.steps, help="to repeat a run: the number in its last checkpoint")
    parser.add_argument("--minutes", type=float, default=Plan.minutes)
    parser.add_argument("--as-in", type=Path, help="to repeat a run: the file that came of it, whose messages are learned again")
    parser.add_argument("--onto", type=Path, help="to go on from a file that ships")
    parser.add_argument("--part", type=int, default=0, help="which tuning of those files")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    plan = Plan(steps=arguments.steps, minutes=arguments.minutes)
    as_in, onto = (reopen(file, arguments.part) if file else None for file in (arguments.as_in, arguments.onto))
    messages = _messages(as_in, onto)
    print(f"{len(messages.learned)} messages to learn from, {len(messages.held_out)} held out", flush=True)
    file = e5_file()
    heads = Heads(file.width, len({m.intent for m in messages.learned}))
    size = sum(p.numel() for p in [*Network(file).tunable(plan.still), *heads.parameters()])
    shared = (torch.zeros(PROCESSES, size).share_memory_(), torch.zeros(1, dtype=torch.long).share_memory_())
    barrier = multiprocessing.get_context("spawn").Barrier(PROCESSES)
    given = (plan, arguments.folder, messages, onto, shared, barrier)
    multiprocessing.spawn(_process, given, nprocs=PROCESSES)


if __name__ == "__main__":
    main()
