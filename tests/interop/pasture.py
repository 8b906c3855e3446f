"""fediverse-pasture's six actors ask our node for an actor and post to its inbox; run by its own Python.

    python pasture.py PORT ACTOR_URI

Serves the six on loopback, and prints what each could do as one line of JSON. Their keys are kept
in the working directory.
"""

import asyncio
import json
import logging
import sys

import aiohttp
from fediverse_pasture.verify_actor import build_app
from hypercorn.asyncio import serve
from hypercorn.config import Config

TIMEOUT = 20  # seconds for each of the six


async def main(port: int, actor_uri: str) -> None:
    """Start the server, let it verify the actor, and stop it."""
    app = build_app(False, f"127.0.0.1:{port}", False, TIMEOUT)
    config, done = Config(), asyncio.Event()
    config.bind = [f"127.0.0.1:{port}"]
    async with asyncio.TaskGroup() as group:
        group.create_task(serve(app, config, shutdown_trigger=done.wait))
        try:
            print(json.dumps(await verify(f"http://127.0.0.1:{port}/", actor_uri)))
        finally:
            done.set()


async def verify(service: str, actor_uri: str) -> dict[str, object]:
    """Ask the service what its actors can do with this actor."""
    async with aiohttp.ClientSession(headers={"Accept": "application/json"}) as session:
        for _attempt in range(100):
            try:
                async with session.post(service, data={"actor_uri": actor_uri}) as answer:
                    return await answer.json()
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.1)
    raise TimeoutError("the service did not start")


logging.disable(logging.CRITICAL)
asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
