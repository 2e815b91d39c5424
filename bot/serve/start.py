"""Loads the model and puts the assistant together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.serve import lean

lean.prepare()

from rasa.core.agent import Agent  # noqa: E402 - Rasa must find what `prepare` has put in place
from rasa_sdk.executor import ActionExecutor  # noqa: E402

from actions.register import all_actions  # noqa: E402
from bot.base.db import Database, open_database  # noqa: E402
from bot.base.errors import SettingsError  # noqa: E402
from bot.base.settings import Settings  # noqa: E402
from bot.flows.house import House, open_house  # noqa: E402
from bot.flows.look_at import Confirm  # noqa: E402
from bot.nlg.catalogue_nlg import CatalogueNlg  # noqa: E402
from bot.nlu.intent_classifier import IntentClassifier  # noqa: E402
from bot.serve.commands import load_commands  # noqa: E402
from bot.serve.tracker_store import ConversationStore  # noqa: E402
from bot.serve.turn import Assistant  # noqa: E402


class InProcessActions:
    """Stands where Rasa expects an action server, and runs the actions in this process."""

    url = "in-process"

    def __init__(self, house: House) -> None:
        self.kwargs: dict[str, Any] = {}
        self._executor = ActionExecutor()
        for action in all_actions(house):
            self._executor.register_action(action)

    async def request(self, json: dict[str, Any] | None = None, **_others: Any) -> Any:
        """One call of Rasa for one action."""
        return await self._executor.run(json or {})


def latest_model(model_dir: Path) -> Path:
    """The newest trained model.

    Raises:
        SettingsError: there is none.
    """
    models = sorted(model_dir.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise SettingsError(f"no trained model in {model_dir}: run `make train`")
    return models[-1]


def second_line(agent: Agent) -> Confirm | None:
    """The part of the loaded model that confirms what the danger lists saw; Rasa has no door of its own to it."""
    nodes = agent.processor.graph_runner._instantiated_nodes.values()  # type: ignore[union-attr]
    classifiers = [node._component for node in nodes if isinstance(node._component, IntentClassifier)]
    return classifiers[0].confirm if classifiers else None


def build_assistant(settings: Settings, database: Database | None = None) -> tuple[Assistant, House, ConversationStore]:
    """Everything that answers messages, in this process.

    Raises:
        ContentError, SettingsError: with what to do.
    """
    lean.speed_up()
    database = database or open_database(settings.database_url)
    house = open_house(settings, database)
    agent = Agent.load(str(latest_model(settings.model_dir)), action_endpoint=InProcessActions(house), generator=CatalogueNlg(house))
    store = ConversationStore(agent.domain, database, house.clock)
    # Set behind the agent's back, because it would wrap the store in one that hides errors.
    agent.tracker_store = store
    agent.processor.tracker_store = store  # type: ignore[union-attr]
    assistant = Assistant(house, agent, store, load_commands(settings.content_dir / "commands.yml"), second_line(agent))
    lean.settle()
    return assistant, house, store
