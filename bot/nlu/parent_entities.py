"""Rasa component: what is named in a message. Sets `entities` through spaCy."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.base.settings import ROOT, load_settings
from bot.nlu.entity_reader import EntityReader, build_pipeline, load_reader
from bot.nlu.training_texts import messages_fingerprint, read_messages
from bot.nlu.word_lists import familiar_words, patterns


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=True)
class ParentEntities(GraphComponent):
    """The pipeline is built from content files in training and travels inside the model."""

    def __init__(self, storage: ModelStorage, resource: Resource, reader: EntityReader | None = None) -> None:
        self._storage, self._resource, self._reader = storage, resource, reader
        self._clock = load_settings().clock()

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> ParentEntities:
        """For training."""
        return cls(model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa must build again when a word, a place, a service's name, a message or this code changes."""
        found = json.dumps(patterns(ROOT / "content"), ensure_ascii=False, sort_keys=True)
        messages = messages_fingerprint(ROOT / "data" / "nlu", __file__)
        return hashlib.sha256(f"{messages}{found}".encode()).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Build and store."""
        with self._storage.write_to(self._resource) as folder:
            familiar = familiar_words(read_messages(ROOT / "data" / "nlu"))
            build_pipeline(patterns(ROOT / "content"), folder / "xx_parent", familiar)
        return self._resource

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> ParentEntities:
        """For service."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, load_reader(folder / "xx_parent"))

    def process(self, messages: list[Message]) -> list[Message]:
        """Read each message in the language that was identified before."""
        for message in messages:
            assert self._reader is not None
            found, bare = self._reader.look(message.get("text") or "", message.get("language") or "en", self._clock.today())
            entities = [{"entity": f.kind, "value": f.value, "extractor": "ParentEntities"} for f in found]
            message.set("entities", entities, add_to_output=True)
            message.set("bare", bare, add_to_output=True)
        return messages
