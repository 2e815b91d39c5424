from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.base.errors import ContentError
from bot.directory.categories import Categories, load_categories
from tests.unit.directory.conftest import CONTENT, ROOT


@pytest.fixture(scope="module")
def shipped() -> Categories:
    return load_categories(CONTENT / "directory" / "categories.yml")


@pytest.mark.parametrize(
    ("title", "description", "taxonomy", "topics"),
    [
        ("Baby Bounce and Rhyme", "", [], ("find_activities",)),
        ("Stay and Play - Family Hub", "", [], ("find_activities", "find_family_hub")),
        ("Fortnightly Dads Group", "Bacon rolls and play", [], ("find_dads_support",)),
        ("Saturday club", "For dads and their toddlers", [], ("find_activities",)),
        ("Saturday morning", "For dads and their toddlers", ["SEND"], ("find_dads_support",)),
        ("ESOL with Creche", "With free creche", [], ("find_learning_work",)),
        ("Autism Friendly Soft Play", "", ["SEND support"], ("find_send_support", "find_activities")),
        ("Drop-in", "Advice about SEND", [], ("find_send_support",)),
        ("Drop-in", "Send us an email first", [], ()),
        ("Birthday parties", "", [], ()),
        ("Single parents' advice", "", [], ()),
        ("Childminder - Mrs A", "Funded places", ["Early years"], ("find_childcare",)),
        ("Nursery Rhymes in the park", "", [], ("find_activities",)),
        ("Breastfeeding Support Group", "Friendly peer support with feeding.", [], ("find_infant_feeding",)),
        ("Family Food Bank", "", [], ("find_food_help",)),
        ("Toy Library", "", [], ("find_baby_items",)),
        ("Parent-infant psychotherapy", "For low mood after birth", [], ("find_mental_health",)),
        ("Children’s Centre", "", [], ("find_family_hub",)),
        ("Grüffelo", "", ["Breastfeeding"], ("find_infant_feeding",)),
        ("", "", [], ()),
    ],
)
def test_topics_of_a_service(shipped: Categories, title: str, description: str, taxonomy: list[str], topics: tuple[str, ...]) -> None:
    assert shipped.topics_of(title, description, taxonomy) == topics


def test_the_table_has_every_topic_that_parents_can_look_for(shipped: Categories) -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    names = [name if isinstance(name, str) else next(iter(name)) for name in domain["intents"]]
    assert set(shipped.topics) == {name for name in names if name.startswith("find_")}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("topics:\n  find_activities: {words: []}\n", "has no words"),
        ("topics:\n  find_activities:\n", "not a list of words"),
        ("topics:\n  find_activities: {words: play}\n", "not a list of words"),
        ("topics:\n  find_activities: {words: [yes]}\n", "not a list of words"),
        ("topics:\n  find_activities: {words: [play], unless: [1]}\n", "unless is not"),
        ("topics: []\n", "no `topics:`"),
        ("- a\n", "no `topics:`"),
        ("", "no `topics:`"),
    ],
)
def test_a_broken_table_is_an_error(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "categories.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=problem):
        load_categories(path)
