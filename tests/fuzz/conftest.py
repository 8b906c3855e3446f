"""The node that everything is thrown at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.federation.refusing import RefusingNode, refusing_node


@pytest.fixture(scope="package")
def refusing(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Iterator[RefusingNode]:
    """A village that refuses."""
    with refusing_node(tmp_path_factory.mktemp("fuzz"), redis_url) as built:
        yield built
