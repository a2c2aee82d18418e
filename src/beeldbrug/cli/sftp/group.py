"""The commands below ``beeldbrug sftp``."""

from __future__ import annotations

from beeldbrug.cli.sftp import fingerprint, list, remove, take
from beeldbrug.cli.tree import group

app = group("The SFTP server for partners: its fingerprint, and what of their uploads lies aside.")
app.command("fingerprint")(fingerprint.command)
app.command("list")(list.command)
app.command("take")(take.command)
app.command("remove")(remove.command)
