"""The table of commands: what each is called, what it is for, its options, and what carries it out.

Imports nothing heavy, so that --help answers at once: a command's function is named here, and
imported when it is called; its options are added when it is the one that was typed.
"""

from latent_atlas.cli.app_options import add_app
from latent_atlas.cli.command import Command
from latent_atlas.cli.compare_options import add_compare
from latent_atlas.cli.convert_options import add_convert
from latent_atlas.cli.data_options import add_data
from latent_atlas.cli.diagnose_options import add_diagnose
from latent_atlas.cli.export_options import add_export
from latent_atlas.cli.measure_options import add_evaluate, add_gradient_variance, add_likelihood
from latent_atlas.cli.parser import OneSentenceParser
from latent_atlas.cli.reproduce_options import add_reproduce
from latent_atlas.cli.run_options import add_doctor, add_resume
from latent_atlas.cli.runs_options import add_runs
from latent_atlas.cli.sheet_options import add_manifold, add_reconstruct, add_samples
from latent_atlas.cli.sweep_options import add_sweep
from latent_atlas.cli.train_options import add_change, add_clone, add_train
from vae_core.version import __version__

DESCRIPTION = "Train variational autoencoders and look inside them."


COMMANDS = {
    command.name: command
    for command in (
        Command("app", "serve the app to a browser", add_app, "app:app_command"),
        Command("train", "train a model in the foreground", add_train, "training:train"),
        Command(
            "resume",
            "go on with a run that was paused, stopped or cut off",
            add_resume,
            "training:resume",
        ),
        Command(
            "change",
            "change learning rate, beta or free bits while a run trains",
            add_change,
            "changing:change",
        ),
        Command(
            "clone",
            "train a new run from another one's weights",
            add_clone,
            "training:clone",
        ),
        Command("sweep", "train every combination of some settings", add_sweep, "sweep:sweep"),
        Command(
            "runs",
            "list the runs, and show, name, compare, remove, export or import them",
            add_runs,
            "runs_options:runs",
        ),
        Command(
            "doctor",
            "what may ail a run, and what to change",
            add_doctor,
            "doctor:doctor",
        ),
        Command(
            "evaluate",
            "measure a model's bound on a dataset",
            add_evaluate,
            "evaluate:evaluate_command",
        ),
        Command(
            "likelihood",
            "estimate log p(x) on a dataset",
            add_likelihood,
            "likelihood:likelihood_command",
        ),
        Command(
            "diagnose",
            "measure what ails a model: how far its bound falls short, and why",
            add_diagnose,
            "diagnose:diagnose_command",
        ),
        Command(
            "convert",
            "make a model of the weights of a plain VAE from elsewhere",
            add_convert,
            "convert:convert",
        ),
        Command("data", "which datasets there are; `fetch` one", add_data, "data:data"),
        Command(
            "gradient-variance",
            "compare the noise of gradients in phi",
            add_gradient_variance,
            "gradients:gradient_variance_command",
        ),
        Command(
            "reproduce",
            "put the paper's experiments to the test",
            add_reproduce,
            "reproduce:reproduce_command",
        ),
        Command(
            "reconstruct",
            "draw originals beside reconstructions",
            add_reconstruct,
            "reconstruct:reconstruct_command",
        ),
        Command(
            "compare",
            "hold models against each other: HTML, PDF, CSV, PNG",
            add_compare,
            "compare:compare_command",
        ),
        Command(
            "manifold",
            "draw the plane of a model as a grid of images",
            add_manifold,
            "sheets:manifold_command",
        ),
        Command(
            "samples",
            "draw images of nothing but chance",
            add_samples,
            "sheets:samples_command",
        ),
        Command(
            "export",
            "take a model away: HTML, ONNX, CSV, the model",
            add_export,
            "export:export_command",
        ),
    )
}


def build_parser() -> OneSentenceParser:
    """All commands; ``args.command`` names the one that was given."""
    parser = OneSentenceParser(prog="latent-atlas", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"latent-atlas {__version__}")
    words = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS.values():
        words.add_parser(command.name, help=command.help).later = command.add_options
    return parser
