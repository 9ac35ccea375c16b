"""What the scripts for Boost's examples share."""
import pathlib


def entries_of(path):
    """The lines of a list as {entry: the line as it stands}; `#` starts a comment. {} without a file."""
    path = pathlib.Path(path)
    if not path.exists():
        return {}
    lines = ((line.split("#", 1)[0].strip(), line.rstrip()) for line in path.read_text().splitlines())
    return {entry: line for entry, line in lines if entry}
