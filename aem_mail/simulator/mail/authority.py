"""The certificate authority of the simulated mail servers: made at run time, in memory, one certificate per host."""

import ssl
import threading

import trustme


class Authority:
    """Issues certificates and trusts nobody else. Thread safe; nothing is made before it is needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._authority: trustme.CA | None = None
        self._server_contexts: dict[str, ssl.SSLContext] = {}
        self._client_contexts: dict[bool, ssl.SSLContext] = {}

    def server_context(self, host: str) -> ssl.SSLContext:
        """Return a context that shows a certificate for this host name or IP address."""
        with self._lock:
            if host not in self._server_contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self._made().issue_cert(host).configure_cert(context)
                self._server_contexts[host] = context
            return self._server_contexts[host]

    def client_context(self, *, compares_names: bool = True) -> ssl.SSLContext:
        """Return a context that trusts this authority alone, and that compares the certificate's names unless told not to."""
        with self._lock:
            if compares_names not in self._client_contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.check_hostname = compares_names
                self._made().configure_trust(context)
                self._client_contexts[compares_names] = context
            return self._client_contexts[compares_names]

    def _made(self) -> trustme.CA:
        if self._authority is None:
            self._authority = trustme.CA()
        return self._authority
