"""One run, from the first frame to the last.

The order at the end is the contract: what the code raised is printed and sent,
then the open figures, then ``results``, then ``end``; only then does the
interpreter join threads, call atexit handlers and leave, as it always does.
"""

from __future__ import annotations

import os
import sys

from .channel import DEFAULT_LIMIT, Channel
from .clients import explain
from .guards import guarded_builtins
from .modules import LocalFinder, Pinned
from .script import Program, become_main, import_beside_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

MAX_DENIALS = 100  # different ones; what comes after is only counted


def serve(fd: int, own: list[str] | None = None) -> None:
    """Announce the interpreter on fd, run the one submission that comes, and end.

    It returns if the code ended with status 0 and raises SystemExit otherwise. The
    names of the modules beside the script are added to own.
    """
    channel = Channel(fd)
    channel.send({"t": "ready", "version": sys.version.split()[0], "hexversion": sys.hexversion})
    frame = channel.receive()
    if frame is None:  # refused: nothing of the script has reached this process
        return
    if own is not None:
        own += frame.get("local_modules") or ()
    Run(channel, frame).execute()


class Run:
    """The submission in frame, and where its reports go."""

    def __init__(self, channel: Channel, frame: dict[str, Any]) -> None:
        self.channel = channel
        self.frame = frame
        self.limits: dict[str, int] = frame.get("limits") or {}
        self.path: str = frame.get("path") or frame.get("name") or "<stdin>"
        self.process = os.getpid()
        self.value: Any = None
        # A script that used up its descriptors leaves none to report that with.
        # Of /dev/null: a copy of stderr would be held open by its orphans, and a
        # pipe would block who writes to every descriptor.
        self._spare = [os.open(os.devnull, os.O_RDONLY) for _ in range(4)]
        self.sources = Pinned(frame.get("pinned") or ())
        self._denials: dict[tuple[str, str, int], int] = {}  # and how often
        self._more_denials = 0
        channel.limit = self.limits.get("frame") or DEFAULT_LIMIT

    def execute(self) -> None:
        """Run the code and end as it ended."""
        main = self._prepare()
        raised: BaseException | None = None
        try:
            self.sources.restore()
            program = Program(self.frame["source"], self.path)
            self.value = program.run(main)
        except BaseException as error:  # the code's own end, whatever it is
            raised = error
        # From here on nothing may hide how the code ended.
        self._free_descriptors()
        status = self._tell(raised)
        if os.getpid() == self.process:
            self._harvest(main)
            self._count_denials()
            self.channel.send({"t": "end", "exit": status})
            self.channel.close()
        self._leave(raised, status)

    def _prepare(self) -> ModuleType:
        own = self.frame.get("local_modules") or ()
        guarded = guarded_builtins(self.frame.get("guards") or {}, own, self._denied)
        guarded.__dict__.update(display=self.display, save_artifact=self._save_artifact())
        main = become_main(self.frame, guarded)
        if folder := self.frame.get("folder"):
            import_beside_path(LocalFinder(own, folder, guarded, self.sources))
        if self.frame.get("line_buffering", True) and sys.stdout is not None:
            sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
        self._prepare_libraries()
        explain(self._denied)
        return main

    @staticmethod
    def _prepare_libraries() -> None:
        """Tell plotting libraries, should they be imported, that nobody has a screen."""
        import _warnings

        note = "FigureCanvasAgg is non-interactive, and thus cannot be shown"
        _warnings.filters.insert(0, ("ignore", note, UserWarning, None, 0))
        os.environ.setdefault("PLOTLY_RENDERER", "plotly_mimetype")

    def _denied(self, rule: str, name: str, message: str) -> None:
        line, frame = 0, sys._getframe(1)
        while frame and not line:
            line = frame.f_lineno if frame.f_code.co_filename == self.path else 0
            frame = frame.f_back  # type: ignore[assignment]
        key = (rule, name, line)
        if key in self._denials:
            self._denials[key] += 1
        elif len(self._denials) < MAX_DENIALS:
            self._denials[key] = 1
            self.channel.send({"t": "denied", "rule": rule, "name": name, "message": message, "line": line})
        else:
            self._more_denials += 1

    def _count_denials(self) -> None:
        """Send how often what was refused was tried, where that is more than once."""
        for (rule, name, line), count in self._denials.items():
            if count > 1:
                self.channel.send({"t": "denied", "rule": rule, "name": name, "line": line, "count": count})
        if self._more_denials:
            self.channel.send({"t": "denied_more", "count": self._more_denials})

    def display(
        self, *objects: Any, metadata: dict[str, Any] | None = None, raw: bool = False, **_ignored: Any
    ) -> None:
        """Show objects in the run's result: as rich as they can say themselves.

        With raw=True an object is a dict of MIME types already.
        """
        from . import display

        for item in objects:
            display.send(self.channel, "display_data", item, metadata, raw)

    def _free_descriptors(self) -> None:
        for descriptor in self._spare:
            try:
                os.close(descriptor)
            except OSError:
                pass  # the script has closed what it did not know

    @staticmethod
    def _save_artifact() -> Any:
        workspace = os.getcwd()

        def save_artifact(name: str, data: Any) -> str:
            """Save data as the file name in the run's workspace and return its path."""
            from . import artifact

            return artifact.save(workspace, name, data)

        return save_artifact

    def _tell(self, raised: BaseException | None) -> int:
        """Print and send what the code raised; return the exit status it makes."""
        if raised is None:
            return 0
        if isinstance(raised, SystemExit):
            code = raised.code
            return code & 0xFF if isinstance(code, int) else int(code is not None)
        from . import failure

        return failure.tell(self.channel, raised, self.path, self.frame["source"])

    def _harvest(self, main: ModuleType) -> None:
        """Send what the code left to be seen. A report that fails is left out."""
        try:
            if self.value is not None:
                from . import display

                display.send(self.channel, "execute_result", self.value)
            if "matplotlib.pyplot" in sys.modules:
                from . import figures

                figures.send_open(self.channel, self.limits.get("figures", 100))
            if "results" in main.__dict__:
                from . import results

                results.send(self.channel, main.__dict__["results"], self.limits.get("results", DEFAULT_LIMIT))
        except Exception as error:  # e.g. no memory left for it
            note = f"the rest of the output could not be collected: {type(error).__name__}: {error}"
            self.channel.send(
                {"t": "display", "kind": "display_data", "data": {"text/plain": note[:500]}, "metadata": {}}
            )

    @staticmethod
    def _leave(raised: BaseException | None, status: int) -> None:
        if isinstance(raised, SystemExit):
            raise raised
        if isinstance(raised, KeyboardInterrupt):
            # The interpreter turns this one into death by SIGINT. It was printed already.
            sys.excepthook = lambda *_: None
            raise raised
        if status:
            raise SystemExit(status)
