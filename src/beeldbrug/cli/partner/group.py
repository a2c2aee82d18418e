"""The commands below ``beeldbrug partner``."""

from __future__ import annotations

from beeldbrug.cli.partner import add, again, import_, list, remove, test
from beeldbrug.cli.tree import group

app = group("Partners without Beeldbrug: whom images can go to by SFTP, DICOM or disc.")
app.command("add")(add.command)
app.command("again")(again.command)
app.command("import")(import_.command)
app.command("list")(list.command)
app.command("remove")(remove.command)
app.command("test")(test.command)
