import shutil
from typing import Any

from apps.accounts.models import User
from apps.jobs.contract import Handler, JobContext, register
from apps.jobs.enums import Queue
from apps.jobs.errors import JobError
from apps.media.encoders import encoder_slot
from apps.media.ffmpeg.run import Check
from apps.memberships.services.demo import make_demo_members
from apps.streaming.demo.pieces import Piece, Size, pieces
from apps.streaming.handlers.troubles import told_plainly
from apps.streaming.services.demo import make_piece
from apps.streaming.work import DEMO, DemoParams


@register
class MakeDemo(Handler[DemoParams]):
    """The members first, then one step for each piece, so that a second attempt makes only what is missing."""

    kind = DEMO
    queue = Queue.CPU
    params_type = DemoParams
    title = "Make the demo"

    def run(self, params: DemoParams, ctx: JobContext) -> dict[str, Any]:
        owner = User.objects.filter(pk=params.owner_id).first()
        if owner is None:
            raise JobError("no_owner", "The account that this was made for is gone.")
        wanted = list(pieces())
        ctx.step("members", make_demo_members)
        size = Size(params.width, params.height, params.seconds)
        with told_plainly(), encoder_slot(ctx) as check:
            for number, piece in enumerate(wanted):
                ctx.progress(number, len(wanted), stage=piece.title)
                ctx.step(f"make {piece.title}", _maker(piece, size, owner, ctx, check))
        return {"items": len(wanted)}


def _maker(piece: Piece, size: Size, owner: User, ctx: JobContext, check: Check) -> Any:
    def make() -> str:
        folder = ctx.folder / "piece"
        folder.mkdir()
        try:
            item = make_piece(piece=piece, size=size, owner=owner, folder=folder, check=check)
        finally:
            shutil.rmtree(folder)
        return str(item.pk)

    return make
