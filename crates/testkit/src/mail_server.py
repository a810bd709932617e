# A mail server that tells on standard output what it took, a line of JSON per mail, read by Python's
# own parser. It ends with its standard input. Arguments: certificate and key, or nothing.
import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone"):
            return "550 5.1.1 there is no such mailbox"
        if address.startswith("busy"):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {kind: mail.get_body((kind,)) for kind in ("plain", "html")}
        told = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": [[name, str(value)] for name, value in mail.items()],
            "encrypted": session.ssl is not None,
            "user": session.auth_data.decode() if session.authenticated else None,
            **{kind: part.get_content() if part else None for kind, part in parts.items()},
        }
        print(json.dumps(told), flush=True)
        return "250 2.0.0 kept"


def authenticate(server, session, envelope, mechanism, shown):
    right = (shown.login, shown.password) == (b"recall", b"right horse")
    return AuthResult(success=right, handled=right, auth_data=shown.login)


async def main():
    tls = None
    if len(sys.argv) > 2:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(sys.argv[1], sys.argv[2])

    def session():
        return SMTP(
            Mailbox(), hostname="localhost", tls_context=tls, require_starttls=tls is not None,
            authenticator=authenticate, auth_required=tls is not None,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", 0)
    print(json.dumps(server.sockets[0].getsockname()[1]), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
