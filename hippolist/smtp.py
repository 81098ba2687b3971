"""SMTP: Django's mail backend that takes STARTTLS where it is offered, and knows what was on its way when a line broke."""

import smtplib
import ssl

from django.core.mail.backends.smtp import EmailBackend

HERE = {"localhost", "127.0.0.1", "::1"}


class _Watched(smtplib.SMTP):
    """`in_data` is true from the start of a letter's text until the server has answered it."""

    in_data = False

    def data(self, msg):
        self.in_data = True
        answer = super().data(msg)
        self.in_data = False
        return answer


class _Plain(_Watched):
    def __init__(self, host: str, port: int, **options) -> None:
        super().__init__(host, port, **options)
        try:
            self.ehlo_or_helo_if_needed()
            # A letter to this very machine crosses no wire, and its certificate rarely names "localhost".
            if host not in HERE and self.has_extn("starttls"):
                self.starttls(context=ssl.create_default_context())
        except OSError:
            self.close()
            raise


class _Tls(_Watched, smtplib.SMTP_SSL):
    pass


class Backend(EmailBackend):
    @property
    def connection_class(self):
        return _Tls if self.use_ssl else _Plain
