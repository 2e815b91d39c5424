"""Rasa component: the language of a message. Sets `language`."""

from __future__ import annotations

import hashlib
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.base.settings import ROOT
from bot.nlu.language_model import LanguageModel, train_language_model
from bot.nlu.other_languages import load_other_languages
from bot.nlu.stored import read_model, write_model
from bot.nlu.telling_words import load_borrowed_words
from bot.nlu.training_texts import messages_fingerprint, read_messages

_OTHERS = ROOT / "content" / "languages" / "not_offered.yml"
_BORROWED = ROOT / "content" / "languages" / "borrowed.yml"


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=True)
class LanguageIdentifier(GraphComponent):
    """Trained on the folders of `data/nlu`, since Rasa's training data does not say the language."""

    def __init__(self, storage: ModelStorage, resource: Resource, model: LanguageModel | None = None) -> None:
        self._storage, self._resource, self._model = storage, resource, model

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> LanguageIdentifier:
        """For training."""
        return cls(model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa must train again when messages or the code behind this file change."""
        messages = messages_fingerprint(ROOT / "data" / "nlu", __file__)
        return hashlib.sha256(messages.encode() + _OTHERS.read_bytes() + _BORROWED.read_bytes()).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn and store."""
        messages = read_messages(ROOT / "data" / "nlu")
        codes = [code for code, _, _ in messages]
        others, borrowed = load_other_languages(_OTHERS, sorted(set(codes))), load_borrowed_words(_BORROWED)
        model = train_language_model([text for _, _, text in messages], codes, others, borrowed)
        with self._storage.write_to(self._resource) as folder:
            write_model(folder, *model.saved())
        return self._resource

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> LanguageIdentifier:
        """For service."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, LanguageModel.restored(*read_model(folder)))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add to training messages."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Name the language of each message; `language_so_far` and `own_words_asked` in the metadata are the context."""
        for message in messages:
            assert self._model is not None
            context = message.get("metadata") or {}
            answering = bool(context.get("own_words_asked"))
            code, sure = self._model.identify(message.get("text") or "", context.get("language_so_far"), answering=answering)
            message.set("language", code, add_to_output=True)
            message.set("language_confidence", sure, add_to_output=True)
        return messages
