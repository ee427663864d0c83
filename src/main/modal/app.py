"""The launcher on Modal's Python SDK: `service.py`'s contract, `image.py`'s images, and nothing else.

Deployed, behind Modal's proxy authentication:  modal deploy src/main/modal/app.py
Images built ahead of the first job:            modal run src/main/modal/app.py
Beside the gateway, callers by Bearer token:    cd src/main/modal && uvicorn app:web --host 127.0.0.1 --port 8787

Settings, all from the environment (read when deployed, and again at a local start):
RUNNER_VERSION, RUNNER_SHA256   the runner in the images, see image.py
LAUNCHER_TOKEN                  local start only, and required there
LAUNCHER_APP                    name of the Modal app, and of the sandboxes' app (modal-github-runner)
LAUNCHER_MIN_CONTAINERS         1 keeps the deployed launcher warm (0). No cold start of a few seconds then, for 0.125
                                core and 128 MiB all the time: about 5 USD a month at mid-2026 list prices
LAUNCHER_DOCKER_OPTION          Modal's experimental option behind docker=true: enable_docker, or vm_runtime where the
                                workspace is allowed it (enable_docker)
MODAL_SANDBOX_V2                Modal's sandbox backend: 0 or 1 (0)
MODAL_MAX_THROTTLE_WAIT         whole seconds the SDK may wait when Modal throttles (30); past it callers get a 429
MODAL_TOKEN_ID, MODAL_TOKEN_SECRET, or ~/.modal.toml: the Modal account, for a local start and for `modal deploy`
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

# Explicit, since the SDK's defaults differ between versions. V1: a GPU's sandbox is V1 always, and whether names are
# unique across both backends is undocumented. int() here: the SDK finds a value like 0.5 only in the first throttled call.
os.environ["MODAL_SANDBOX_V2"] = os.environ.get("MODAL_SANDBOX_V2") or "0"
os.environ["MODAL_MAX_THROTTLE_WAIT"] = str(int(os.environ.get("MODAL_MAX_THROTTLE_WAIT") or "30"))
os.environ.setdefault("MODAL_LOGLEVEL", "ERROR")  # its warnings repeat the server's texts

import modal  # noqa: E402
from modal import exception as sdk  # noqa: E402

import image  # noqa: E402
import service  # noqa: E402

APP = os.environ.get("LAUNCHER_APP") or "modal-github-runner"
DOCKER_OPTION = os.environ.get("LAUNCHER_DOCKER_OPTION") or "enable_docker"
LABEL = "modal-github-runner-launcher"  # https://WORKSPACE--modal-github-runner-launcher.modal.run
PIN = image.runner_pin(os.environ)  # a wrong choice stops the deployment or the start, not the first job
BUILD_WAIT_SECONDS = 20.0  # an image that is built answers at once; one that is not goes on building behind a 424
SETTINGS = {  # of the deployment, handed on to the container
    "RUNNER_VERSION": PIN.version, "RUNNER_SHA256": PIN.sha256, "LAUNCHER_APP": APP,
    "LAUNCHER_DOCKER_OPTION": DOCKER_OPTION, "MODAL_SANDBOX_V2": os.environ["MODAL_SANDBOX_V2"],
    "MODAL_MAX_THROTTLE_WAIT": os.environ["MODAL_MAX_THROTTLE_WAIT"],
}

if not service.log.handlers:  # of its own: neither uvicorn nor Modal prints what the root logger gets at this level
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    service.log.addHandler(handler)
    service.log.setLevel(logging.INFO)


class ModalSandboxes:
    """`service.SandboxApi` on the SDK. Exceptions of the SDK leave it as the service's, their texts stay behind."""

    def __init__(self, images: Mapping[str, image.ImageSpec]) -> None:
        self.images = images
        self.app: modal.App | None = None
        self.builds: dict[str, asyncio.Future[modal.Image]] = {}

    async def create(self, spec: service.SandboxSpec) -> str:
        chosen = self.images[spec.image]
        env = {**image.environment(chosen), "ACTIONS_RUNNER_INPUT_JITCONFIG": spec.jit_config}
        if spec.docker:
            env["RUNNER_DOCKER"] = DOCKER_OPTION
        with translated():
            app = await self.running_app()
            built = await self.built(spec.image, app)
            try:
                # No idle_timeout: Modal counts a runner that works as idle, since nobody talks to its sandbox.
                sandbox = await modal.Sandbox.create.aio(
                    *image.COMMAND,
                    app=app,
                    name=spec.name,
                    tags=dict(spec.tags),
                    image=built,
                    env=env,
                    timeout=spec.timeout_seconds,
                    cpu=spec.cpu,
                    memory=spec.memory_mib,
                    gpu=spec.gpu,
                    region=spec.region,
                    volumes={"/cache": modal.Volume.from_name(spec.cache_volume, create_if_missing=True)}
                    if spec.cache_volume else {},
                    outbound_domain_allowlist=spec.outbound_domains,
                    outbound_cidr_allowlist=spec.outbound_cidrs,
                    experimental_options={DOCKER_OPTION: True} if spec.docker else None,
                )
            except sdk.AlreadyExistsError as error:
                raise service.NameTaken from error
            except sdk.NotFoundError:
                self.app = None  # stopped and deployed anew, perhaps: looked up again the next time
                raise
            return sandbox.object_id

    async def find(self, name: str) -> service.Sandbox | None:
        with translated():
            try:
                sandbox = await modal.Sandbox.from_name.aio(APP, name)
                return service.Sandbox(sandbox.object_id, await sandbox.get_tags.aio())
            except sdk.NotFoundError:
                return None

    async def get(self, sandbox_id: str) -> service.Sandbox | None:
        with translated():
            try:
                sandbox = await modal.Sandbox.from_id.aio(sandbox_id)
                return service.Sandbox(sandbox_id, await sandbox.get_tags.aio(), await sandbox.poll.aio())
            except sdk.NotFoundError:
                return None

    async def list(self, owner: str, cursor: str | None) -> service.Page:
        """One page: the SDK pages by itself and shows no cursor. Tags cost one call a sandbox, 16 at a time."""
        places = asyncio.Semaphore(16)

        async def tagged(sandbox: modal.Sandbox) -> service.Sandbox | None:
            async with places:
                try:
                    return service.Sandbox(sandbox.object_id, await sandbox.get_tags.aio())
                except sdk.NotFoundError:
                    return None  # ended since

        with translated():
            app = await self.running_app()
            listed = [found async for found in modal.Sandbox.list.aio(app_id=app.app_id, tags={"owner": owner})]
            return service.Page([one for one in await asyncio.gather(*map(tagged, listed)) if one])

    async def terminate(self, sandbox_id: str) -> None:
        with translated():
            try:
                await (await modal.Sandbox.from_id.aio(sandbox_id)).terminate.aio()
            except sdk.NotFoundError:
                pass  # ended already

    async def running_app(self) -> modal.App:
        self.app = self.app or await modal.App.lookup.aio(APP, create_if_missing=True)
        return self.app

    async def built(self, name: str, app: modal.App) -> modal.Image:
        """The built image; one build for all who wait for it. Raises ImageNotReady while it goes on, or ImageBuildError."""
        build = self.builds.get(name)
        if build is None:
            build = asyncio.ensure_future(image.build(self.images[name], PIN).build.aio(app))
            self.builds[name] = build
        await asyncio.wait({build}, timeout=BUILD_WAIT_SECONDS)
        if not build.done():
            raise service.ImageNotReady("the image is being built; `modal run` of app.py builds all ahead")
        if build.cancelled() or build.exception():
            self.builds.pop(name, None)  # the next request tries again
        return build.result()


@contextmanager
def translated() -> Iterator[None]:
    """The SDK's exceptions as the service's. Whatever is not named here is the service's `OutcomeUnknown`."""
    try:
        yield
    except sdk.ImageBuildError as error:
        raise service.ImageNotReady("the image could not be built; `modal run` of app.py shows why") from error
    except sdk.ResourceExhaustedError as error:
        raise service.RateLimited("Modal's rate or resource limit is reached", retry_after(error)) from error
    except (sdk.AuthError, sdk.PermissionDeniedError) as error:
        raise service.ModalRefused("Modal refused the launcher's credentials or their permissions") from error
    except (sdk.VersionError, sdk.UnimplementedError) as error:
        raise service.ModalRefused("Modal does not serve this version of its SDK; update the launcher") from error
    except sdk.ConflictError as error:  # a subclass of InvalidError, but about Modal's state, not about the request
        raise service.ModalUnavailable("Modal's state did not allow the call; ask by name") from error
    except sdk.InvalidError as error:
        raise service.InvalidRequest("Modal refused a value: cpu, memory, gpu, region, network or volume") from error
    except sdk.Error as error:  # ConnectionError, ServiceError, InternalError, TimeoutError, NotFoundError, …
        raise service.ModalUnavailable("Modal failed or cannot be reached; ask by name") from error


def retry_after(error: Exception) -> int:
    """Seconds that Modal asks for, else 5. Private, since the public attribute is on its way out of the SDK."""
    asked = [getattr(detail, "retry_after_secs", 0) for detail in getattr(error, "_grpc_details", None) or ()]
    return math.ceil(max(asked, default=0)) or 5


def asgi(**access: object) -> service.Starlette:
    return service.build(ModalSandboxes(image.IMAGES), image.IMAGES, modal_sdk=modal.__version__,
                         runner_version=PIN.version, **access)


def __getattr__(name: str) -> object:
    """`web`, the local ASGI object, made when uvicorn asks for it: a deployment has no LAUNCHER_TOKEN and needs none."""
    if name == "web":
        return asgi(token=os.environ.get("LAUNCHER_TOKEN"))
    raise AttributeError(name)


app = modal.App(APP)

launcher_image = (
    modal.Image.debian_slim(python_version="3.11")
    .pip_install("starlette==1.3.1", "pyyaml==6.0.3")  # the SDK itself is mounted in the version that deploys
    .add_local_file(image.ENTRYPOINT, f"/root/{image.ENTRYPOINT.name}")  # beside image.py, which copies it into images
    .add_local_file(service.CONTRACT, f"/root/{service.CONTRACT.name}")
    .add_local_python_source("image", "service")
)


@app.function(
    image=launcher_image,
    env=SETTINGS,
    min_containers=int(os.environ.get("LAUNCHER_MIN_CONTAINERS") or "0"),
    max_containers=1,  # names are unique within one launcher whatever Modal does
    timeout=300,  # above Modal's 150 s for a request
)
@modal.concurrent(max_inputs=100)
@modal.asgi_app(label=LABEL, requires_proxy_auth=True)
def launcher() -> service.Starlette:
    """The deployed door. Who comes through has passed Modal's proxy authentication, so no token is asked."""
    return asgi(edge=True)


@app.local_entrypoint()
def build_images() -> None:
    """Builds every runner image, or finds it built, and shows why one does not build."""
    target = modal.App.lookup(APP, create_if_missing=True)
    for name, spec in image.IMAGES.items():
        image.build(spec, PIN).build(target)
        print(f"{name}: built with runner {PIN.version}")
