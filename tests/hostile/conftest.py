"""Tells at the end how much was tried."""


def pytest_terminal_summary(terminalreporter, config):
    """Print the figures of what was tried."""
    if answers := getattr(config, "hostile_answers", None):
        terminalreporter.section("hostile input")
        for line in [f"seed {config.hostile_seed}: {answers.figures}", *answers.lines()]:
            terminalreporter.write_line(line)
