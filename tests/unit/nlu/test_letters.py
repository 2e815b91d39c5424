"""Letters: a message is read as the library would read it, only faster."""

from __future__ import annotations

import numpy as np

from bot.nlu.letters import Letters

LEARNED = ["where is the food bank", "is there a baby group near me", "gdzie jest bank żywności", "the baby group", "food for the baby"] * 2
NEW = ["wheres the food bnak", "", "xyzzy qq", "THE the the Baby", "żywność"]


def test_the_same_numbers_as_the_vectorizer_gives():
    letters = Letters(least=2)
    letters.fit(LEARNED)
    assert np.allclose(letters.transform(NEW).toarray(), letters._vectorizer.transform(NEW).toarray(), atol=1e-6)
    restored = Letters.restored(*letters.saved())
    assert np.allclose(restored.transform(NEW).toarray(), letters.transform(NEW).toarray(), atol=1e-6)


def test_rows_have_length_one_or_none():
    letters = Letters(least=2)
    letters.fit(LEARNED)
    lengths = np.linalg.norm(letters.transform(NEW).toarray(), axis=1)
    assert np.allclose(lengths[[0, 3]], 1.0)
    assert lengths[1] == 0.0
