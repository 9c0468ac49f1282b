"""Where the command starts: what was said a moment ago is said again at once, everything else is `main`'s part.

Nothing is imported here but what takes no time.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and leave with a meaningful exit code."""
    given = None
    if sys.argv[1:2] == ["validate"]:
        from runwright.cli.again import asked

        given = asked(sys.argv[1:])
        said = given.said() if given else None
        if said is not None:
            sys.exit(_told(*said))
    from runwright.cli.main import cli, exit_code

    sys.exit(exit_code(lambda: cli.main(standalone_mode=False, obj=given)))


def _told(text: str, code: int) -> int:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody listens any more; Python must not say so when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


if __name__ == "__main__":
    main()
