"""Loads Rasa without TensorFlow and without five slow habits. Imported before anything of Rasa.

Measured in `make bench`: 350 MB and some 10 s less per process. Only for the version below: a
newer one is loaded as it is.
"""

from __future__ import annotations

import gc
import os
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

from threadpoolctl import threadpool_limits

RASA_VERSION = "3.6.21"

# Modules that import TensorFlow and are never called by our pipeline → names that others import from them.
_STAND_INS = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
    "rasa.graph_components.validators.default_recipe_validator": ("DefaultV1RecipeValidator",),
}


# One thread for arithmetic in a serving process: several of them wait for each other in a busy loop as soon as anything
# else needs the processor. Measured beside other work on two cores: 470 ms of processor time a turn with the
# libraries' own choice, 73 ms with one thread.
_THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def prepare(*, serving: bool = True) -> None:
    """Before Rasa is imported: no telemetry, quiet logs; no TensorFlow and no spare threads unless it is to train."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    if serving:
        os.environ.update(_THREADS)
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    warnings.filterwarnings("ignore")
    import structlog  # noqa: PLC0415

    # Rasa's debug lines hold parents' words: below WARNING nothing is rendered at all.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    if "rasa" in sys.modules or not serving:
        return
    for name, attributes in _STAND_INS.items():
        stand_in = types.ModuleType(name)
        for attribute in attributes:
            setattr(stand_in, attribute, type(attribute, (), {}))
        sys.modules[name] = stand_in


def speed_up() -> None:
    """After Rasa is imported: trust our own actions' results and the model's intents; find event classes once."""
    import rasa  # noqa: PLC0415
    from rasa.core.actions.action import RemoteAction  # noqa: PLC0415
    from rasa.core.policies.rule_policy import RulePolicy  # noqa: PLC0415
    from rasa.core.processor import MessageProcessor  # noqa: PLC0415
    from rasa.shared.core.events import Event  # noqa: PLC0415

    if rasa.__version__ != RASA_VERSION:
        return
    # Results come from our own actions in this process; Rasa would check its own schema anew each time (20 ms).
    RemoteAction._validate_action_result = lambda _self, _result: True  # type: ignore[method-assign]
    # It builds an empty domain for every message, to warn of intents that training has already checked.
    MessageProcessor._check_for_unseen_features = lambda _self, _parse_data: None  # type: ignore[method-assign]
    RulePolicy._find_action_from_rules = _by_intent_alone(RulePolicy._find_action_from_rules)  # type: ignore[method-assign]
    Event.resolve_by_type = staticmethod(_remembering(Event.resolve_by_type))  # type: ignore[method-assign]


def settle() -> None:
    """After the model is loaded: one thread for libraries that were loaded earlier; no garbage collection of the model."""
    threadpool_limits(limits=1)
    gc.collect()
    gc.freeze()


def _by_intent_alone(find: Callable[..., Any]) -> Callable[..., Any]:
    """Each message is matched twice, first by its whole text, for rules of a kind that we do not have."""

    def find_action_from_rules(policy: Any, tracker: Any, domain: Any, use_text_for_last_user_input: bool) -> Any:
        return (None, None, False) if use_text_for_last_user_input else find(policy, tracker, domain, use_text_for_last_user_input)

    return find_action_from_rules


def _remembering(resolve: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[tuple[str, Any], Any] = {}

    def resolve_by_type(type_name: str, default: Any = None) -> Any:
        key = (type_name, default)
        if key not in known:
            known[key] = resolve(type_name, default)
        return known[key]

    return resolve_by_type
