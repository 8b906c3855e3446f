"""What is found and what is missed, beside PostgreSQL's own search and tantivy, on the same texts."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest
import tantivy
from sqlalchemy import NullPool, create_engine, text

from directory.search.finding import find
from directory.search.service import Findable, Selection, index_documents
from tests.performance.search_corpus import Asked, TextAbout, queries, texts

pytestmark = pytest.mark.performance
COUNT = 2000
KINDS = ("base words", "inflections", "compounds", "synonyms", "typing errors", "several words")
Engine = Callable[[str], Iterable[int]]


@dataclass
class Score:
    """Recall and precision of an engine by kind of query, and how long each took."""

    recall: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    precision: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    milliseconds: list[float] = field(default_factory=list)

    def of(self, kind: str) -> tuple[float, float]:
        """Mean recall, and mean precision of the queries that found something."""
        told = self.precision[kind]
        return statistics.mean(self.recall[kind]), statistics.mean(told) if told else 1.0

    def line(self, name: str) -> str:
        """A row of the table."""
        cells = " | ".join("{:.2f} / {:.2f}".format(*self.of(kind)) for kind in KINDS)
        p95 = statistics.quantiles(self.milliseconds, n=20)[-1]
        return f"| {name} | {cells} | {statistics.median(self.milliseconds):.1f} / {p95:.1f} |"


def judge(engine: Engine, asked: list[Asked]) -> Score:
    """Ask an engine everything."""
    score = Score()
    for each in asked:
        start = time.perf_counter()
        found = set(engine(each.text))
        score.milliseconds.append((time.perf_counter() - start) * 1000)
        counted = found - each.neutral
        if each.right:
            score.recall[each.kind].append(len(counted & each.right) / len(each.right))
        if counted:
            score.precision[each.kind].append(len(counted & each.right) / len(counted))
    return score


def ours(session, corpus: list[TextAbout]) -> Engine:
    """The search of a node."""
    documents = [
        Findable(f"https://q.example/{n}", "entry", each.title, [each.text], [each.place])
        for n, each in enumerate(corpus)
    ]
    ids = index_documents(session, documents)
    session.commit()
    session.connection().exec_driver_sql("ANALYZE")
    session.commit()
    number = {document_id: n for n, document_id in enumerate(ids)}

    def ask(words: str) -> list[int]:
        found = find(session, Selection(words, ("entry",)))
        return [number[document_id] for document_id in found.documents]

    return ask


def of_postgresql(connection, corpus: list[TextAbout]) -> dict[str, Engine]:
    """PostgreSQL's full text in Dutch, alone and with trigrams."""
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    connection.execute(text("CREATE TEMP TABLE plain (n int, body text, words tsvector)"))
    rows = [{"n": n, "body": f"{each.title} {each.text} {each.place}"} for n, each in enumerate(corpus)]
    insert = "INSERT INTO plain VALUES (:n, :body, to_tsvector('dutch', :body))"
    connection.execute(text(insert), rows)
    connection.execute(text("CREATE INDEX ON plain USING gin (words)"))
    connection.execute(text("CREATE INDEX ON plain USING gin (body gin_trgm_ops)"))
    connection.execute(text("ANALYZE plain"))
    connection.execute(text("SET pg_trgm.word_similarity_threshold = 0.5"))
    full = "words @@ plainto_tsquery('dutch', :q)"

    def asking(condition: str) -> Engine:
        query = text(f"SELECT n FROM plain WHERE {condition}")  # fixed conditions
        return lambda words: connection.scalars(query, {"q": words}).all()

    return {
        "PostgreSQL `dutch`": asking(full),
        "PostgreSQL `dutch` or pg_trgm ≥ 0.5": asking(f"{full} OR :q <% body"),
    }


def of_tantivy(corpus: list[TextAbout]) -> dict[str, Engine]:
    """tantivy with its Dutch stemmer, alone and with fuzzy terms."""
    analyser = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.stemmer("dutch"))
        .build()
    )
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("n", stored=True)
    builder.add_text_field("body", tokenizer_name="nl")
    index = tantivy.Index(builder.build())
    index.register_tokenizer("nl", analyser)
    writer = index.writer()
    for n, each in enumerate(corpus):
        writer.add_document(tantivy.Document(n=n, body=f"{each.title} {each.text} {each.place}"))
    writer.commit()
    index.reload()
    searcher, schema = index.searcher(), index.schema

    def all_of(words: str, *, fuzzy: bool) -> list[int]:
        clauses = [(tantivy.Occur.Must, _one_of(term)) for term in analyser.analyze(words)] if fuzzy else []
        query = tantivy.Query.boolean_query(clauses) if fuzzy else exact(words)
        hits = searcher.search(query, limit=len(corpus)).hits
        return [searcher.doc(address)["n"][0] for _score, address in hits]

    def exact(words: str) -> tantivy.Query:
        terms = [tantivy.Query.term_query(schema, "body", term) for term in analyser.analyze(words)]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, term) for term in terms])

    def _one_of(term: str) -> tantivy.Query:
        distance = 1 if len(term) <= 6 else 2
        return tantivy.Query.fuzzy_term_query(schema, "body", term, distance=distance)

    return {
        "tantivy `dutch`": lambda words: all_of(words, fuzzy=False),
        "tantivy `dutch` + fuzzy": lambda words: all_of(words, fuzzy=True),
    }


def test_more_is_found_than_by_postgresql_or_tantivy_on_the_half_that_was_not_tuned_on(
    session, postgres_url, capsys
):
    corpus = texts(COUNT)
    asked = list(queries(corpus, "report"))
    dialect = session.get_bind().dialect.name
    own = judge(ours(session, corpus), asked)
    with create_engine(postgres_url, poolclass=NullPool).connect() as connection:
        others = {**of_postgresql(connection, corpus), **of_tantivy(corpus)}
        scores = {name: judge(engine, asked) for name, engine in others.items()}
    with capsys.disabled():
        print(f"\n{COUNT} texts, {len(asked)} queries; recall / precision; p50 / p95 in ms")
        print("| engine | " + " | ".join(KINDS) + " | ms |")
        print(own.line(f"Omzien on {dialect}"))
        for name, score in scores.items():
            print(score.line(name))
    for kind in KINDS:
        recall, precision = own.of(kind)
        assert recall >= max(score.of(kind)[0] for score in scores.values()) - 0.1, kind
        assert precision > 0.9, kind
    overall = {
        name: statistics.mean(sum(score.of(kind)) / 2 for kind in KINDS) for name, score in scores.items()
    }
    ours_overall = statistics.mean(sum(own.of(kind)) / 2 for kind in KINDS)
    assert ours_overall > max(overall.values()), overall
    assert own.of("typing errors")[0] > 0.85
