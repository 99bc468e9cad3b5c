"""The one exception that is meant for people."""


class AtlasError(Exception):
    """Something that the user can put right.

    The message is one or two plain sentences: what was found (naming the file) and what to do about
    it. The command line prints it and exits with status 2; the app shows it where the result would
    have been. Everything else that is raised is a fault in the program and keeps its traceback.
    """
