"""Do the work that goes on beside the web process."""

from django.core.management.base import BaseCommand, CommandError

from portal.jobs import worker


class Command(BaseCommand):
    """Screen what was left, write letters, keep the index and the ledger's roots up to date, run replays."""

    help = "Do every step of the work beside the web process, once or for as long as the process lives."

    def add_arguments(self, parser):
        """Take the switches."""
        parser.add_argument("--watch", action="store_true", help="go on until the process is told to stop (SIGTERM)")
        parser.add_argument(
            "--child",
            action="store_true",
            help="with --watch: stop, too, when the process that started it ends",
        )

    def handle(self, *, watch, child, verbosity, **options):
        """Do each step once, or all of them until SIGTERM."""
        steps = worker.all_steps()
        if watch:
            worker.work(steps, child=child, say=self.say if verbosity else lambda line: None)
            return
        failed = [step.name for step in steps if not step.run_once()]
        worker.write_step_status(steps)
        if failed:
            raise CommandError(f"Failed, as the log tells: {', '.join(failed)}.")
        if verbosity:
            self.say(f"{len(steps)} steps done.")

    def say(self, line):
        """Print a line at once, for the log."""
        self.stdout.write(line)
        self.stdout.flush()
