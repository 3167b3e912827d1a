import click


@click.command("compare")
def compare_command() -> None:
    """Stub."""
