"""Modal's exceptions with the inheritance that matters: ConflictError is an InvalidError, ImageBuildError a RemoteError."""


class Error(Exception):
    pass


class RemoteError(Error):
    pass


class ImageBuildError(RemoteError):
    pass


class InvalidError(Error):
    pass


class ConflictError(InvalidError):
    pass


class AlreadyExistsError(Error):
    pass


class AuthError(Error):
    pass


class ConnectionError(Error):  # noqa: A001 the SDK's name
    pass


class InternalError(Error):
    pass


class NotFoundError(Error):
    pass


class PermissionDeniedError(Error):
    pass


class ResourceExhaustedError(Error):
    pass


class ServiceError(Error):
    pass


class TimeoutError(Error):  # noqa: A001 the SDK's name
    pass


class UnimplementedError(Error):
    pass


class VersionError(Error):
    pass
