"""Sets of documents inside statements."""

from __future__ import annotations

import json

from pyroaring import BitMap
from sqlalchemy import BigInteger, Select, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session


def as_select(session: Session, documents: BitMap) -> Select[int]:
    """The ids of a set (``document_id``), however many, as one parameter of a statement."""
    if session.get_bind().dialect.name == "sqlite":
        rows = func.json_each(json.dumps(documents.to_array().tolist())).table_valued("value")
        return select(rows.c.value.label("document_id"))
    ids = func.unnest(cast(list(documents), ARRAY(BigInteger)), type_=BigInteger)
    return select(ids.label("document_id"))
