"""Where files go."""


class FileStoreBase:
    """Paths of files."""

    def __init__(self, *args, write_path_template="/tmp", root="/", read_path_template=None, path_semantics="posix", **kw):
        self.write_path_template = write_path_template
        super().__init__(*args, **kw)


class FileStoreHDF5IterativeWrite(FileStoreBase):
    pass


FileStoreHDF5 = FileStoreTIFF = FileStoreTIFFIterativeWrite = FileStoreHDF5SingleIterativeWrite = FileStoreIterativeWrite = FileStoreHDF5IterativeWrite
