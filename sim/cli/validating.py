import click


@click.command("validate")
def validate_command() -> None:
    """Stub."""
