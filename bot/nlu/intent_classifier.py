"""Rasa component: what a message asks for, and the second line of danger.

Sets `intent`, `intent_ranking`, `fallback`, `also`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.base.encoder import Encoder, load_encoder
from bot.base.settings import ROOT
from bot.nlu.intent_model import IntentModel, Training, Understood, train_intent_model
from bot.nlu.listed import listed_phrases, must_catch_texts, name_of
from bot.nlu.remembered import encode_messages
from bot.nlu.stored import read_model, write_model
from bot.nlu.training_texts import encode_with_memory, message_key, messages_fingerprint, read_messages
from bot.safety.rules import Danger, most_urgent


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class IntentClassifier(GraphComponent):
    """One classifier for all languages over the encoder of `bot.base.encoder`."""

    def __init__(self, storage: ModelStorage, resource: Resource, encoder: Encoder, model: IntentModel | None = None) -> None:
        self._storage, self._resource, self._encoder, self._model = storage, resource, encoder, model
        self._latest: tuple[str, Understood] | None = None

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> IntentClassifier:
        """For training."""
        return cls(model_storage, resource, load_encoder())

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa must train again when messages, lists, the encoder or the code behind this file change."""
        lists = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "content" / "safety").glob("*.yml")))
        return messages_fingerprint(ROOT / "data" / "nlu", __file__) + message_key(lists + load_encoder().name)

    def train(self, training_data: TrainingData) -> Resource:
        """Encode, fit and store."""
        messages = read_messages(ROOT / "data" / "nlu")
        texts, intents = [text for _, _, text in messages], [intent for _, intent, _ in messages]
        examples, memory = must_catch_texts(ROOT / "content"), ROOT / "models"
        found = listed_phrases([*texts, *examples], ROOT / "content")
        unseen = [not self._encoder.has_learned(message_key(text)) for text in texts]
        encoded = encode_messages(self._encoder, texts, memory)
        model = train_intent_model(Training(texts, intents, encoded, unseen, found[: len(texts)]))
        # What a list must catch is danger whatever the model says: where it would calm an example, it may not calm its phrases.
        of_examples = encode_with_memory(self._encoder, examples, memory)
        for readings, phrases in zip(model.readings_of(examples, of_examples, self._encoder), found[len(texts) :], strict=True):
            if not model.danger.certain.intersection(phrases) and not model.danger.confirms(readings):
                model.danger = model.danger.trusting(phrases)
        with self._storage.write_to(self._resource) as folder:
            values, arrays = model.saved()
            write_model(folder, {**values, "encoder": self._encoder.name}, arrays)
        return self._resource

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> IntentClassifier:
        """For service.

        Raises:
            ValueError: the model was trained with another encoder than this machine runs.
        """
        encoder = load_encoder()
        with model_storage.read_from(resource) as folder:
            values, arrays = read_model(folder)
        if values["encoder"] != encoder.name:
            raise ValueError(f"trained with {values['encoder']}, this machine runs {encoder.name}: run `make train`")
        return cls(model_storage, resource, encoder, IntentModel.restored(values, arrays))

    def confirm(self, text: str, found: Sequence[Danger]) -> Danger | None:
        """The danger among what the lists saw in a text, of the kind that the message speaks of most; None when there is none."""
        assert self._model is not None
        understood, model = self._understand(text), self._model.danger
        certain = [danger for danger in found if name_of(danger) in model.certain]
        if not certain and not model.confirms(understood.readings):
            return None
        fitting = [danger for danger in certain or found if danger.kind == understood.crisis]
        return most_urgent(fitting or certain or found)

    def _understand(self, text: str) -> Understood:
        """The same message is often asked about twice: when it comes in, and in its turn."""
        assert self._model is not None
        latest = self._latest
        if latest is None or latest[0] != text:
            latest = self._latest = (text, self._model.understand(text, self._encoder))
        return latest[1]

    def _with_second(self, text: str, language: str) -> Understood:
        assert self._model is not None
        return self._model.with_second(text, language, self._understand(text), self._encoder)

    def process(self, messages: list[Message]) -> list[Message]:
        """Read each message; a danger that the lists saw (`danger` in the metadata) outranks the model."""
        for message in messages:
            understood = self._with_second(message.get("text") or "", message.get("language") or "en")
            ranking = [{"name": name, "confidence": confidence} for name, confidence in understood.ranking]
            listed = (message.get("metadata") or {}).get("danger")
            also, unsure = list(understood.also), understood.unsure
            if listed:
                if ranking[0]["name"] != listed:
                    first = str(ranking[0]["name"])
                    also = [first] if not unsure and first.startswith(("find_", "healthy_start_")) else also
                ranking = [{"name": listed, "confidence": 1.0}, *(r for r in ranking if r["name"] != listed)]
                unsure = False
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            message.set("fallback", unsure, add_to_output=True)
            message.set("also", also, add_to_output=True)
        return messages
