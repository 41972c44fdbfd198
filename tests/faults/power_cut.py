"""What a disk may hold after the power was cut, given every change that a program made (the journal of preload.cpp).

    disk = Disk()
    for record in read_journal(bytes):
        disk.apply(record)
        disk.left_behind(Everything()).write("/dev/shm/x")      # and every other choice

The model is the pessimist's; README.md says what it takes for granted. In short: fsync of a file keeps its bytes and
not its name; fsync of a folder keeps its names and not their bytes; whatever was not synced is there, is not, or is torn,
each file and each name for itself.
"""

import hashlib
import os

SECTOR = 512


class File:
    def __init__(self, kept=b""):
        self.kept, self.pending = kept, []  # pending: (offset, bytes), or (length, None) for a truncation

    def sync(self):
        self.kept, self.pending = contents(self.kept, self.pending), []


class Folder:
    def __init__(self):
        self.kept, self.names, self.pending = {}, {}, []  # pending: (name, node or None), in order

    def set(self, name, node):
        self.pending.append((name, node))
        if node is None:
            self.names.pop(name, None)
        else:
            self.names[name] = node

    def sync(self):
        self.kept, self.pending = dict(self.names), []


def sync_below(folder):
    folder.sync()
    for node in folder.names.values():
        if isinstance(node, Folder):
            sync_below(node)
        else:
            node.sync()


def contents(start, changes):
    """The bytes after these changes; a hole reads as zeros."""
    data = bytearray(start)
    for offset, new in changes:
        if new is None:
            del data[offset:]
            data.extend(bytes(offset - len(data)))
        else:
            data.extend(bytes(max(0, offset - len(data))))
            data[offset:offset + len(new)] = new
    return bytes(data)


def read_journal(journal):
    """Each record as a tuple: letter, words, bytes. The last one may be torn: then its call was never done."""
    at = 0
    while (end := journal.find(b"\n", at)) >= 0:
        letter, *words = journal[at:end].decode().split(" ")
        at, data = end + 1, b""
        if letter in "WA" and (length := int(words[-1])):
            data = journal[at:at + length]
            at += length + 1
        yield letter, words, data


class Disk:
    def __init__(self, top=None):
        self.top = top or Folder()
        self.open = {}
        self.promises = b""

    def place(self, path):
        """(folder, last name) of a path."""
        *parents, name = path.split("/")
        folder = self.top
        for parent in parents:
            folder = folder.names[parent]
        return folder, name

    def node(self, path):
        folder, name = self.place(path)
        return folder.names[name] if path else self.top

    def apply(self, record):
        letter, words, data = record
        getattr(self, {"P": "start", "O": "opened", "C": "closed", "W": "written", "T": "truncated", "S": "synced", "Y": "all_synced",
                       "F": "sync_failed",
                       "R": "renamed", "U": "removed", "M": "made", "A": "promised"}[letter])(words, data)

    def start(self, _words, _data):
        self.open = {}

    def opened(self, words, _data):
        number, how, path = words
        if how == "n":
            folder, name = self.place(path)
            folder.set(name, File())
        node = self.node(path)
        if how == "t":
            node.pending.append((0, None))
        self.open[number] = node

    def closed(self, words, _data):
        del self.open[words[0]]

    def written(self, words, data):
        self.open[words[0]].pending.append((int(words[1]), data))

    def truncated(self, words, _data):
        self.open[words[0]].pending.append((int(words[1]), None))

    def synced(self, words, _data):
        self.open[words[0]].sync()

    def all_synced(self, _words, _data):
        sync_below(self.top)
        for node in self.open.values():  # a file without a name counts too
            node.sync()

    def sync_failed(self, words, _data):
        """The kernel forgets that these bytes were still to be written, and shows them until the power goes."""
        if isinstance(node := self.open[words[0]], File):
            node.pending = []

    def renamed(self, words, _data):
        source, name = self.place(words[0])
        target, new_name = self.place(words[1])
        target.set(new_name, source.names[name])
        source.set(name, None)

    def removed(self, words, _data):
        folder, name = self.place(words[0])
        folder.set(name, None)

    def made(self, words, _data):
        folder, name = self.place(words[0])
        folder.set(name, Folder())

    def promised(self, _words, data):
        self.promises += data

    def left_behind(self, choice):
        return Remains(self.top, self.promises, choice)


class Nothing:
    """Whatever was not synced is lost."""

    def names(self, folder):
        return dict(folder.kept)

    def bytes(self, file):
        return file.kept


class Everything:
    """All that was done is there: death without a power cut."""

    def names(self, folder):
        return dict(folder.names)

    def bytes(self, file):
        return contents(file.kept, file.pending)


class Chance:
    """For each name and each file something in between."""

    def __init__(self, random):
        self.random = random

    def names(self, folder):
        names = dict(folder.kept)
        history = {}
        for name, node in folder.pending:
            history.setdefault(name, []).append(node)
        for name, nodes in history.items():
            steps = self.random.randint(0, len(nodes))
            if steps:
                names[name] = nodes[steps - 1]
        return {name: node for name, node in names.items() if node is not None}

    def bytes(self, file):
        pending = file.pending
        how = self.random.choice(("none", "all", "torn", "torn", "scattered"))
        if how == "none" or not pending:
            return file.kept
        if how == "torn":
            return contents(file.kept, self.torn(pending))
        if how == "scattered":
            return contents(file.kept, [piece for change in pending for piece in self.scattered(change)])
        return contents(file.kept, pending)

    def torn(self, pending):
        """A prefix, the last write of it in part: up to the end of a sector, or in the middle of one."""
        last = self.random.randrange(len(pending))
        offset, new = pending[last]
        if new is None:
            return pending[:last]
        cut = self.random.randint(0, len(new))
        if self.random.random() < 0.5:
            cut = max(0, min(len(new), (offset + cut) // SECTOR * SECTOR - offset))
        return pending[:last] + [(offset, new[:cut])]

    def scattered(self, change):
        """Some sectors of a write and not others, as the disk's queue likes it. The length may be there without them."""
        offset, new = change
        if new is None:
            return [change]
        pieces = []
        at = 0
        while at < len(new):
            end = min(len(new), (offset + at) // SECTOR * SECTOR + SECTOR - offset)
            if self.random.random() < 0.5:
                pieces.append((offset + at, new[at:end]))
            at = end
        return pieces


class Remains:
    """One state of the disk: a tree of bytes, and what had been promised by then."""

    def __init__(self, top, promises, choice):
        self.promises = promises
        known = {}  # a file with two names has one content
        self.tree = self.take(top, choice, known)

    def take(self, folder, choice, known):
        tree = {}
        for name, node in sorted(choice.names(folder).items()):
            if isinstance(node, Folder):
                tree[name] = self.take(node, choice, known)
            else:
                if id(node) not in known:
                    known[id(node)] = choice.bytes(node)
                tree[name] = known[id(node)]
        return tree

    def identity(self):
        return hashlib.sha256(repr(self.tree).encode() + self.promises).digest()

    def write(self, path):
        """Makes `path` and puts the tree there."""
        write_tree(self.tree, path)

    def disk(self):
        """A disk that starts with this, all of it synced."""
        disk = Disk(grown(self.tree))
        disk.promises = self.promises
        return disk


def write_tree(tree, path):
    os.mkdir(path, 0o700)
    for name, node in tree.items():
        if isinstance(node, dict):
            write_tree(node, f"{path}/{name}")
        else:
            with open(f"{path}/{name}", "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(node)


def grown(tree):
    folder = Folder()
    for name, node in tree.items():
        folder.names[name] = grown(node) if isinstance(node, dict) else File(node)
    folder.sync()
    return folder
