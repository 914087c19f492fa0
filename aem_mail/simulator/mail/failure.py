"""How an attempt to send ends early."""

from aem_mail.simulator.mail.model import Stage


class StageFailure(Exception):
    """The message got no further than this stage; the text is for the user and holds no password."""

    def __init__(self, stage: Stage, error: str, smtp_code: int | None = None) -> None:
        super().__init__(error)
        self.stage: Stage = stage
        self.smtp_code = smtp_code
