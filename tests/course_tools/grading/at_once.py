"""An executor that has no processes."""

from concurrent.futures import BrokenExecutor, Executor, Future


class AtOnce(Executor):
    """Does what is submitted right away. `broken` are the calls that it fails at."""

    def __init__(self, broken=()):
        self.calls, self.broken = 0, broken

    def submit(self, function, *arguments):
        self.calls += 1
        future = Future()
        try:
            if self.calls in self.broken:
                raise BrokenExecutor("a worker died")
            future.set_result(function(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future
