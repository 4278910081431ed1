"""The routes of signing in and out."""

import flask

from functions.dashboard_api.api import Api
from functions.dashboard_api.bodies import LoginBody, LogoutBody
from functions.dashboard_api.session import Me, Sessions, Stranger
from shared.errors import ForbiddenError, UnauthenticatedError


def add_session(api: Api, sessions: Sessions) -> None:
    """Add signing in, signing out and who is signed in."""

    @api.post("/api/login", role=None, note="sign_in", errors=[ForbiddenError, UnauthenticatedError])
    def login(body: LoginBody) -> Me:
        """Sign in, with Google's ID token as `credential`, or on one's own machine with an address.

        The session is a cookie of eight hours. Behind a proxy that knows who it is, nothing has to be sent.
        """
        flask.g.staff = staff = sessions.sign_in(flask.request, body)

        @flask.after_this_request
        def begin(response: flask.Response) -> flask.Response:
            sessions.set_cookie(response, staff)
            return response

        return sessions.me(staff)

    @api.post("/api/logout", role="viewer", note="sign_out")
    def logout(body: LogoutBody) -> None:
        """Sign out, of this session or `everywhere`.

        The session ends on the server; another instance may take it for 30 seconds more.
        """
        end_session = sessions.end_everywhere if body.everywhere else sessions.end
        end_session(flask.g.staff)

        @flask.after_this_request
        def end(response: flask.Response) -> flask.Response:
            sessions.clear_cookie(response)
            return response

    @api.get("/api/me", role=None, errors=[ForbiddenError])
    def me() -> Me | Stranger:
        """Tell who is signed in, or how to sign in."""
        try:
            return sessions.me(sessions.require(flask.request))
        except UnauthenticatedError:
            return sessions.stranger()
