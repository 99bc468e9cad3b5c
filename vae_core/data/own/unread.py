"""Forms that are not read here: what each is, and how its pictures become some that are."""

from dataclasses import dataclass
from pathlib import PurePosixPath

_AS_PNG = "save its pictures as PNG or JPEG"
_AS_NPZ = 'save its arrays with np.savez("images.npz", images=…, labels=…)'
_UNPACK = "unpack it, and bring the folder"


@dataclass(frozen=True)
class Unread:
    """A form by the ends of its files' names and by how they begin, and what to do with it.

    `magics` are bytes and where they stand within the first `HEAD`, `folders` the ends of the names
    of folders that such files lie in.
    """

    what: str
    remedy: str
    suffixes: frozenset[str] = frozenset()
    magics: tuple[tuple[int, bytes], ...] = ()
    names: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()

    def fits(self, name: str, head: bytes) -> bool:
        """Whether a file of this name, or one that begins so, is of this form."""
        path = PurePosixPath(name.lower())
        if any(path.name.endswith(each) for each in self.suffixes) or path.name in self.names:
            return True
        if any(part.endswith(each) for each in self.folders for part in path.parts[:-1]):
            return True
        return any(head[at : at + len(magic)] == magic for at, magic in self.magics)


def _of(what: str, remedy: str, suffixes: str = "", *magics: tuple[int, bytes]) -> Unread:
    return Unread(what, remedy, frozenset(suffixes.split()), magics)


FORMS: tuple[Unread, ...] = (
    _of(
        "an HDF5 file",
        'save its arrays with np.savez("images.npz", images=h5py.File(…)["…"][:])',
        ".h5 .hdf5 .hdf .he5 .h5ad .nc",
        (0, b"\x89HDF\r\n\x1a\n"),
    ),
    _of(
        "TFRecord of TensorFlow’s",
        "write its pictures as files, with tf.data where it was made",
        ".tfrecord .tfrecords .tfrec",
    ),
    Unread(
        "a database (LMDB)",
        "write its pictures as files, a folder for each class",
        frozenset({".mdb", ".lmdb"}),
        names=frozenset({"data.mdb", "lock.mdb"}),
    ),
    _of("a database (SQLite)", _AS_PNG, ".sqlite .sqlite3 .db", (0, b"SQLite format 3\0")),
    _of(
        "a pickle, which could run code when it is read",
        'save it anew with np.savez("images.npz", images=…, labels=…), where it was made',
        ".pkl .pickle .pt .pth .joblib .dill .p .ckpt",
        *((0, b"\x80" + bytes([version])) for version in range(2, 6)),
    ),
    _of("a file of tensors", _AS_NPZ, ".safetensors .gguf .onnx .keras .tflite"),
    Unread(
        "a Zarr store",
        'save its arrays with np.savez("images.npz", images=zarr.open(…)["…"][:])',
        names=frozenset({"zarr.json", ".zarray", ".zgroup"}),
        folders=frozenset({".zarr", ".n5"}),
    ),
    _of(
        "DICOM",
        _AS_PNG + ", with the window that shows what matters",
        ".dcm .dicom .ima",
        (128, b"DICM"),
    ),
    _of(
        "NIfTI, a volume",
        "save its slices as PNG, or as .npy with nibabel",
        ".nii .nii.gz .mgz .mgh .nrrd .mha .mhd",
        (344, b"n+1\0"),
        (344, b"ni1\0"),
        (0, b"NRRD000"),
    ),
    _of(
        "a camera’s raw picture",
        "develop it, and save it as JPEG or TIFF",
        ".cr2 .cr3 .crw .nef .nrw .arw .srf .sr2 .dng .orf .rw2 .raf .pef .srw .x3f .3fr .iiq .raw",
        (0, b"FUJIFILMCCD-RAW"),
        (4, b"ftypcrx "),
    ),
    _of(
        "HEIC, as iPhones save photographs",
        "export them as JPEG, or set the camera to “Most Compatible”",
        ".heic .heif .hif",
        (4, b"ftypheic"),
        (4, b"ftypheix"),
        (4, b"ftypmif1"),
        (4, b"ftypmsf1"),
        (4, b"ftyphevc"),
    ),
    _of("JPEG XL", _AS_PNG, ".jxl", (0, b"\xff\x0a"), (0, b"\0\0\0\x0cJXL ")),
    _of(
        "a drawing made of lines (SVG)",
        "draw it as PNG, at the size that you want",
        ".svg .svgz .eps .ai .ps .wmf .emf",
        (0, b"<svg"),
        (0, b"%!PS"),
    ),
    _of("PDF", "save its pages or its pictures as PNG", ".pdf", (0, b"%PDF")),
    _of(
        "a layered picture",
        "save it flat, as PNG",
        ".psd .psb .xcf .kra .ora .afphoto",
        (0, b"8BPS"),
        (0, b"gimp xcf"),
    ),
    _of(
        "a picture of unbounded light",
        "map it to 8 bits, and save it as PNG",
        ".exr .hdr .pfm",
        (0, b"v/1\x01"),
    ),
    _of(
        "a picture of a kind that is not read",
        _AS_PNG,
        ".tga .dds .ico .cur .icns .pcx .ras .sgi .xbm .xpm .qoi .jxr .wdp .hdp .fits .fit .bpg",
    ),
    _of(
        "a microscope’s file",
        "export its planes as TIFF or PNG, with Fiji or Bio-Formats",
        ".czi .nd2 .lif .lsm .oib .oif .oir .vsi .ims .svs .ndpi .mrxs .scn .qptiff",
    ),
    _of(
        "a video",
        "save its frames as pictures (ffmpeg -i VIDEO frames/%05d.png)",
        ".mp4 .m4v .mov .avi .mkv .webm .mpg .mpeg .wmv .flv .3gp .ts .y4m",
        (4, b"ftypisom"),
        (4, b"ftypmp4"),
        (4, b"ftypqt  "),
        (4, b"ftypM4V"),
        (8, b"AVI "),
        (0, b"\x1aE\xdf\xa3"),
    ),
    _of(
        "sound",
        "save spectrograms of it as pictures",
        ".wav .mp3 .flac .ogg .m4a .aac",
        (8, b"WAVE"),
        (0, b"ID3"),
        (0, b"fLaC"),
        (0, b"OggS"),
    ),
    _of("a 7z archive", _UNPACK, ".7z", (0, b"7z\xbc\xaf\x27\x1c")),
    _of("a RAR archive", _UNPACK, ".rar .cbr", (0, b"Rar!\x1a\x07")),
    _of("an archive inside of another", _UNPACK, ".zip .tar .tgz .tar.gz .tar.xz .tar.bz2"),
    _of(
        "packed in a way that is not read",
        _UNPACK,
        ".zst .tzst .xz .bz2 .lz4 .br",
        (0, b"\x28\xb5\x2f\xfd"),
        (0, b"BZh"),
        (0, b"\xfd7zXZ"),
        (0, b"\x04\x22\x4d\x18"),
    ),
    _of("an image of a disk", _UNPACK, ".dmg .iso .img"),
    _of("a workbook", "save its table as CSV", ".xlsx .xls .xlsm .ods .numbers"),
    _of(
        "JSON, and pictures inside of it are not read",
        "write what its base64 stands for as PNG or JPEG files",
        ".json .jsonl .ndjson",
    ),
    _of("what R keeps", "save its table as CSV", ".rds .rda .rdata"),
    _of(
        "plain bytes, which do not say what they are",
        _AS_NPZ + ": np.fromfile(…, np.uint8).reshape(…)",
        ".bin .dat .data .bytes",
    ),
)


def unread_form(name: str, head: bytes) -> Unread | None:
    """What a file is that is not read here; None of one that nobody knows.

    Names come first: a camera's raw picture begins as a TIFF does.
    """
    by_name = next((form for form in FORMS if form.fits(name, b"")), None)
    return by_name or next((form for form in FORMS if form.fits("", head)), None)
