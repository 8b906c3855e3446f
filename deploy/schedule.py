"""The schedule: RQ's cron asks every minute for the sweeps that find what a lost queue forgot.

It knows jobs by name only, so that this process need not load the application.
"""

from __future__ import annotations

from collections.abc import Callable

from redis import Redis
from rq.cron import CronScheduler
from rq.utils import import_attribute

from deploy.logs import configure
from deploy.queue_loss import ending_with_the_queue
from federation.queue import JOB_TIMEOUT, QUEUE_NAME
from federation.settings import Settings

EVERY_MINUTE = (
    "federation.jobs.sweep",
    "directory.jobs.sweep",
    "directory.keys.jobs.tend",
    "directory.pictures.jobs.sweep",
    "federation.health.jobs.sweep",
    "directory.standing_jobs.sweep",
    "node.imports.jobs.sweep",
    "node.mail.jobs.sweep",
    "node.listing_claims.jobs.sweep",
)

EVERY_HOUR = (
    "federation.jobs.tidy",
    "directory.search.jobs.sweep",
    "node.activity_templates.jobs.sweep",
    "node.gatherings.jobs.sweep",
    "node.stories.jobs.sweep",
    "node.surveys.jobs.sweep",
    "node.survey_results.jobs.sweep",
    "node.listings.jobs.sweep",
    "node.imports.jobs.forget",
    "node.duplicates.jobs.sweep",
    "node.freshness.jobs.sweep",
    "node.template_evidence.jobs.sweep",
    "node.template_offers.jobs.sweep",
    "node.synonyms.jobs.sweep",
    "node.listing_claims.jobs.forget",
    "node.follow_ups.jobs.sweep",
    "node.coordination.mailing_jobs.sweep",
    "node.coordination.jobs.sweep",
    "node.entry_suggestions.jobs.sweep",
)


def run(settings: Settings) -> None:
    """Ask for the sweeps until told to stop."""
    configure(settings)
    with ending_with_the_queue():
        schedule(Redis.from_url(settings.resolved_redis_url)).start()  # type: ignore[no-untyped-call]


def schedule(redis: Redis) -> CronScheduler:
    """The scheduler with all jobs."""
    cron = CronScheduler(connection=redis, logging_level="WARNING")
    for name in EVERY_MINUTE:
        # an unclaimed request lapses before the next one comes: a worker that was away finds two, not a day's
        cron.register(by_name(name), QUEUE_NAME, interval=60, ttl=55, job_timeout=JOB_TIMEOUT, result_ttl=0)
    for name in EVERY_HOUR:
        cron.register(
            by_name(name), QUEUE_NAME, interval=3600, ttl=3500, job_timeout=JOB_TIMEOUT, result_ttl=0
        )
    return cron


def by_name(name: str) -> Callable[[], None]:
    """The job of this name, imported only when it is called: RQ writes down the name alone."""

    def job() -> None:
        import_attribute(name)()

    module, _, function = name.rpartition(".")
    job.__module__, job.__name__, job.__qualname__ = module, function, function
    return job
