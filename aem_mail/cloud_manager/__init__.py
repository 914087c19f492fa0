"""Client of the Cloud Manager API: synchronous, thread safe, and free of httpx until the first request is sent."""

from aem_mail.cloud_manager.client import CloudManager
from aem_mail.cloud_manager.connection import Connection
from aem_mail.cloud_manager.waiting import DONE, GOING_ON, Clock, SystemClock, WaitVerdict, failed, going_on, interval, wait_for

__all__ = [
    "DONE",
    "GOING_ON",
    "Clock",
    "CloudManager",
    "Connection",
    "SystemClock",
    "WaitVerdict",
    "failed",
    "going_on",
    "interval",
    "wait_for",
]
