"""Where datasets can be downloaded, and the SHA-256 of what has to arrive.

The checksums are of decoded content (what each dataset's `decode` returns), for mirrors compress
the same content differently: of the unzipped idx files, of the pixels in row-major order as bytes
0 and 1 or 0..255. Only that of the Olivetti faces is of the file itself, as scikit-learn has it.
A URL of GitHub names a commit, so that it cannot change under us.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mirror:
    """One address of a file, and the name to keep what comes from there under."""

    url: str
    name: str


@dataclass(frozen=True)
class RemoteFile:
    """A file that several servers have: tried in this order. `size` in bytes, about."""

    mirrors: tuple[Mirror, ...]
    sha256: str
    size: int


GITHUB = "https://raw.githubusercontent.com"


def _everywhere(
    folders: tuple[str, ...], files: tuple[tuple[str, int, str], ...]
) -> tuple[RemoteFile, ...]:
    """Files of the same names in several folders."""
    return tuple(
        RemoteFile(tuple(Mirror(f"{folder}/{name}", name) for folder in folders), sha256, size)
        for name, size, sha256 in files
    )


MNIST = _everywhere(
    (
        "https://ossci-datasets.s3.amazonaws.com/mnist",
        "https://storage.googleapis.com/cvdf-datasets/mnist",
        "http://yann.lecun.com/exdb/mnist",
    ),
    (
        (
            "train-images-idx3-ubyte.gz",
            9_912_422,
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        (
            "train-labels-idx1-ubyte.gz",
            28_881,
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        (
            "t10k-images-idx3-ubyte.gz",
            1_648_877,
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        (
            "t10k-labels-idx1-ubyte.gz",
            4_542,
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
)

FASHION_MNIST = _everywhere(
    (
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
        f"{GITHUB}/zalandoresearch/fashion-mnist/master/data/fashion",
    ),
    (
        (
            "train-images-idx3-ubyte.gz",
            26_421_880,
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
        (
            "train-labels-idx1-ubyte.gz",
            29_515,
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
        (
            "t10k-images-idx3-ubyte.gz",
            4_422_102,
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
        (
            "t10k-labels-idx1-ubyte.gz",
            5_148,
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
)

# Text at the first address (the sizes are its), MATLAB files of the same names at the second.
BINARIZED_MNIST = _everywhere(
    (
        "http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist",
        f"{GITHUB}/mingzhang-yin/ARM-gradient/bac893cfcec486bbd00b755b12cf8402053b0e84",
    ),
    (
        (
            "binarized_mnist_train.amat",
            78_400_000,
            "43490d4d6ac9002727af4426d8748609fdb7e4094fa65ad8d681ea60082a7a5a",
        ),
        (
            "binarized_mnist_valid.amat",
            15_680_000,
            "069b4f0beb389b776478c3e872b4df71c95ac4be64d7cbe6d32e24ebac8e6d5e",
        ),
        (
            "binarized_mnist_test.amat",
            15_680_000,
            "ca0294c3b8d984c7a1dc891015a8eea6f37bae59a34e35ea0fc8c47110a8dd86",
        ),
    ),
)

FREY_FACE = (
    RemoteFile(
        (
            Mirror("https://cs.nyu.edu/~roweis/data/frey_rawface.mat", "frey_rawface.mat"),
            Mirror(
                f"{GITHUB}/jmtomczak/vae_vampprior/2b530e5a69b1fe030e71a93c06fa7deed8000f28"
                "/datasets/Freyfaces/freyfaces.pkl",
                "freyfaces.pkl",
            ),
        ),
        "2438ba4f0d2a6bd8bac43de756141eaa33c8d248dd613d464bdb1210d9b7af78",
        3_568_521,
    ),
)

OLIVETTI_FACES = (
    RemoteFile(
        (
            Mirror("https://ndownloader.figshare.com/files/5976027", "olivettifaces.mat"),
            Mirror("https://cs.nyu.edu/~roweis/data/olivettifaces.mat", "olivettifaces.mat"),
            Mirror(
                f"{GITHUB}/sjgershm/DBM/f2c3daacb880342847ed24283fb5a753c006b5d6/olivettifaces.mat",
                "olivettifaces.mat",
            ),
        ),
        "b612fb967f2dc77c9c62d3e1266e0c73d5fca46a4b8906c18e454d41af987794",
        4_267_744,
    ),
)
