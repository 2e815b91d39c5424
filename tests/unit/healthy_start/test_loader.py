"""The shipped pack, and packs that somebody has broken."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.base.errors import ContentError
from bot.base.yaml_files import read_yaml
from bot.healthy_start.loader import load_rule_pack
from bot.healthy_start.model import Rates, RulePack
from tests.unit.healthy_start.conftest import SHIPPED

TEXT = SHIPPED.read_text(encoding="utf-8")


def test_the_shipped_pack_holds_the_rates_the_limit_and_the_review_date(pack: RulePack) -> None:
    assert pack.rates == (Rates(date(2021, 4, 1), 425, 850, 425), Rates(date(2026, 4, 1), 465, 930, 465))
    assert (pack.income_limit_pence, pack.pregnant_more_than_weeks, pack.child_below_months) == (40800, 10, 48)
    assert (pack.under_one_below_months, pack.review_by) == (12, date(2027, 3, 31))
    assert pack.routes["universal_credit"] == "online"
    assert pack.routes["no_recourse"] == "no_recourse_email"


def test_the_shipped_pack_says_that_the_day_of_the_new_rates_is_assumed() -> None:
    newest = read_yaml(SHIPPED)["rates"][-1]
    assert newest["from"] == date(2026, 4, 1)
    assert "assumed" in newest["note"]


def test_the_facts_state_the_same_amounts_and_review_date_as_the_pack(pack: RulePack) -> None:
    facts = read_yaml(SHIPPED.parent / "facts.yml")["facts"]
    newest = pack.rates[-1]
    assert facts["healthy_start_weekly"]["value"] == f"£{newest.pregnancy_pence / 100:.2f}" == f"£{newest.one_to_three_pence / 100:.2f}"
    assert facts["healthy_start_weekly_baby"]["value"] == f"£{newest.under_one_pence / 100:.2f}"
    assert facts["healthy_start_income_limit"]["value"] == f"£{pack.income_limit_pence / 100:.0f}"
    for name in ("healthy_start_weekly", "healthy_start_weekly_baby", "healthy_start_income_limit"):
        assert facts[name]["review_by"] == pack.review_by


def test_rates_may_stand_in_any_order(tmp_path: Path) -> None:
    swapped = TEXT.replace("from: 2021-04-01", "from: 2030-04-01")
    assert [r.begins_on.year for r in load_rule_pack(written(tmp_path, swapped)).rates] == [2026, 2030]


def test_the_newest_rates_that_have_begun_count(pack: RulePack) -> None:
    assert pack.rates_on(date(2021, 3, 31)) is None
    assert pack.rates_on(date(2026, 3, 31)) == pack.rates[0]
    assert pack.rates_on(date(2026, 4, 1)) == pack.rates[1]


# what is broken: (old text, new text, a line that the error names by its text, words of the problem)
BROKEN: dict[str, tuple[str, str, str, str]] = {
    "no review date": ("review_by: 2027-03-31\n", "", "# The rules", "`review_by` is missing"),
    "a review date in quotes": ("review_by: 2027-03-31", 'review_by: "2027-03-31"', 'review_by: "', "`review_by` is not a day"),
    "a review date with a time": ("review_by: 2027-03-31", "review_by: 2027-03-31 10:00:00", "review_by: 2027", "is not a day"),
    "a review before the check": ("review_by: 2027-03-31", "review_by: 2026-03-31", "review_by: 2026", "not after `checked_on`"),
    "an amount in pounds": ("pregnancy_pence: 465", "pregnancy_pence: 4.65", "pregnancy_pence: 4.65", "not a whole number"),
    "an amount in quotes": ("under_one_pence: 930", 'under_one_pence: "930"', 'under_one_pence: "930"', "not a whole number"),
    "an amount of nothing": ("under_one_pence: 930", "under_one_pence: 0", "under_one_pence: 0", "not a whole number above 0"),
    "an amount of yes": ("under_one_pence: 930", "under_one_pence: yes", "under_one_pence: yes", "not a whole number"),
    "an amount left out": ("  one_to_three_pence: 465\n", "", "- from: 2026-04-01", "`one_to_three_pence` is missing"),
    "a rate without a day": ("- from: 2026-04-01\n  pregnancy", "- pregnancy", "rates:", "`from` is missing"),
    "a day that is a word": ("from: 2026-04-01", "from: soon", "from: soon", "`from` is not a day"),
    "two rates from one day": ("from: 2021-04-01", "from: 2026-04-01", "- from: 2026-04-01", "two rates from one day"),
    "a rate without a source": (
        "  source: ministerial answer, Department of Health and Social Care (sheet HS11)\n", "",
        "- from: 2026-04-01", "`source` is missing",
    ),
    "a source that is not text": (
        "source: ministerial answer, Department of Health and Social Care (sheet HS11)", "source: 2025", "source: 2025", "not text",
    ),
    "no rates": (TEXT[TEXT.index("- from") : TEXT.index("income_limit")], "", "rates:", "`rates` is missing"),
    "rates that are no list": (
        TEXT[TEXT.index("rates:\n- from") : TEXT.index("income_limit")], "rates: 465\n", "rates: 465", "not a list",
    ),
    "a rate that is a number": ("rates:\n", "rates:\n- 465\n", "rates:", "not a mapping"),
    "a limit without a source": (
        "  value: 40800\n  source: healthystart.nhsbsa.net/how-to-apply (sheet HS2)\n", "  value: 40800\n",
        "income_limit_pence_a_month:", "`income_limit_pence_a_month.source` is missing",
    ),
    "a limit in pounds": ("value: 40800", "value: 408.00", "value: 408.00", "not a whole number"),
    "a limit without its mapping": (
        TEXT[TEXT.index("income_limit") : TEXT.index("pregnancy_weeks")], "income_limit_pence_a_month: 40800\n",
        "income_limit_pence_a_month: 40800", "is missing",
    ),
    "another number of weeks": ("more_than: 10", "more_than: 12", "more_than: 12", "the questions go by 10"),
    "another age": ("value: 48", "value: 36", "value: 36", "the questions go by 48"),
    "a benefit without a rule": (
        "benefits:\n", "benefits:\n  child_tax_credit: {needs: nothing}\n", "child_tax_credit:", "no rule for the benefit child_tax_credit",
    ),
    "a benefit left out": (
        TEXT[TEXT.index("  income_related_esa") : TEXT.index("no_recourse:")], "",
        "benefits:", "`benefits.income_related_esa.source` is missing",
    ),
    "benefits that are a list": (
        TEXT[TEXT.index("benefits:") : TEXT.index("no_recourse:")], "benefits: [universal_credit]\n", "benefits: [", "is missing",
    ),
    "a benefit with another rule": ("needs: income_limit\n", "needs: nothing\n", "needs: nothing", "does not need “income_limit”"),
    "a route that does not exist": ("route: online", "route: fax", "route: fax", "no route fax"),
    "a route that is a list": ("route: online", "route: [online]", "route: [online]", "no route"),
    "nothing on no recourse": (
        TEXT[TEXT.index("no_recourse:\n") : TEXT.index("under_18_pregnant:")], "", "# The rules", "`no_recourse.source` is missing",
    ),
    "broken YAML": ("rates:\n", "rates: [\n", "- from: 2021-04-01", "broken YAML"),
}  # fmt: skip


def written(folder: Path, text: str) -> Path:
    path = folder / "healthy_start.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_pack_names_the_file_the_line_and_what_to_do(case: str, tmp_path: Path) -> None:
    old, new, line_text, problem = BROKEN[case]
    assert old in TEXT
    path = written(tmp_path, TEXT.replace(old, new, 1))
    with pytest.raises(ContentError) as caught:
        load_rule_pack(path)
    error = caught.value
    assert problem in error.problem
    assert error.path == path
    assert error.line is not None
    assert line_text in path.read_text(encoding="utf-8").splitlines()[error.line - 1]
    assert "What to do: " in str(error)


@pytest.mark.parametrize("text", ["", "- a list\n", "only words\n", "42\n"])
def test_a_file_that_is_no_pack_at_all_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="checked_on"):
        load_rule_pack(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="the file is missing"):
        load_rule_pack(tmp_path / "healthy_start.yml")
