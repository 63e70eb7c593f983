"""Commands and answers as JSON, one a line: what the tests speak with a running Python library."""

import json
import sys
import traceback

# Whatever the library prints must not end up between the answers: import this module before the library.
_answers, sys.stdout = sys.stdout, sys.stderr


def serve(commands):
    """Answers each line ``{"command": name, ...arguments}`` with ``{"answer": ...}`` or ``{"error": ...}``."""
    for line in sys.stdin:
        arguments = json.loads(line)
        command = commands[arguments.pop("command")]
        try:
            answer = {"answer": command(**arguments)}
        except Exception as error:  # the test decides what an error means
            answer = {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}
        _answers.write(json.dumps(answer) + "\n")
        _answers.flush()
