"""The model of the power cut, judged by hand-made journals.

    /usr/bin/python3 -B tests/faults/power_cut_test.py
"""

import random
import unittest

from power_cut import Chance, Disk, Everything, Nothing, read_journal


def disk_after(journal):
    disk = Disk()
    for record in read_journal(journal):
        disk.apply(record)
    return disk


def states(journal, times=300):
    """Every state that chance finds."""
    disk = disk_after(journal)
    found = []
    for seed in range(times):
        tree = disk.left_behind(Chance(random.Random(seed))).tree
        if tree not in found:
            found.append(tree)
    return found


class PowerCut(unittest.TestCase):
    def test_bytes_without_a_name_and_names_without_bytes(self):
        only_bytes = b"P\nO 4 n a\nW 4 0 3\nabc\nS 4\n"
        self.assertEqual(disk_after(only_bytes).left_behind(Nothing()).tree, {})
        self.assertEqual(disk_after(only_bytes).left_behind(Everything()).tree, {"a": b"abc"})
        only_name = b"P\nO 4 n a\nW 4 0 3\nabc\nO 5 - \nS 5\n"
        self.assertEqual(disk_after(only_name).left_behind(Nothing()).tree, {"a": b""})
        both = only_name + b"S 4\n"
        self.assertEqual(states(both), [{"a": b"abc"}])

    def test_a_write_is_there_or_not_or_torn_anywhere(self):
        journal = b"P\nO 4 n a\nO 5 - \nS 5\nW 4 0 3\nabc\n"
        found = [tree["a"] for tree in states(journal)]
        self.assertEqual(sorted(found), [b"", b"a", b"ab", b"abc"])

    def test_sectors_of_a_long_write_come_in_any_order(self):
        journal = b"P\nO 4 n a\nO 5 - \nS 5\nW 4 0 1024\n" + b"x" * 512 + b"y" * 512 + b"\n"
        found = [tree["a"] for tree in states(journal)]
        self.assertIn(bytes(512) + b"y" * 512, found)
        self.assertIn(b"x" * 512, found)

    def test_rename_over_a_file_leaves_the_old_or_the_new_one(self):
        start = b"P\nO 5 - \nO 4 n a\nW 4 0 3\nold\nS 4\nS 5\n"
        journal = start + b"O 6 n b\nW 6 0 3\nnew\nS 6\nR b a\n"
        for tree in states(journal):
            self.assertIn(tree["a"], (b"old", b"new"))
        self.assertEqual({tree["a"] for tree in states(journal)}, {b"old", b"new"})
        self.assertEqual(states(journal + b"S 5\n"), [{"a": b"new"}])

    def test_a_removed_file_may_come_back_until_its_folder_is_synced(self):
        journal = b"P\nO 5 - \nO 4 n a\nW 4 0 1\nx\nS 4\nS 5\nU a\n"
        self.assertEqual(sorted(states(journal), key=str), [{"a": b"x"}, {}])
        self.assertEqual(states(journal + b"S 5\n"), [{}])

    def test_what_a_new_folder_holds_needs_the_folder_above_too(self):
        journal = b"P\nM d\nO 4 n d/a\nW 4 0 1\nx\nS 4\nO 5 - d\nS 5\n"
        self.assertEqual(disk_after(journal).left_behind(Nothing()).tree, {})
        self.assertEqual(disk_after(journal + b"O 6 - \nS 6\n").left_behind(Nothing()).tree, {"d": {"a": b"x"}})

    def test_a_truncation_cuts_and_a_hole_is_zeros(self):
        journal = b"P\nO 4 n a\nW 4 0 4\nabcd\nT 4 1\nW 4 3 1\nz\n"
        self.assertEqual(disk_after(journal).left_behind(Everything()).tree, {"a": b"a\0\0z"})

    def test_a_sync_of_everything_keeps_all_bytes_and_names(self):
        journal = b"P\nM d\nO 4 n d/a\nW 4 0 1\nx\nO 5 - d\nY 5\n"
        self.assertEqual(states(journal), [{"d": {"a": b"x"}}])

    def test_bytes_whose_sync_failed_stay_lost_though_a_later_sync_succeeds(self):
        journal = b"P\nO 5 - \nO 4 n a\nS 5\nW 4 0 1\nx\nF 4\nW 4 1 1\ny\nS 4\n"
        self.assertEqual(states(journal), [{"a": b"\0y"}])

    def test_promises_count_up_to_the_cut(self):
        disk = disk_after(b"P\nA 2\nx\n\nA 2\ny\n\n")
        self.assertEqual(disk.promises, b"x\ny\n")

    def test_a_disk_goes_on_from_what_was_left_behind(self):
        disk = disk_after(b"P\nO 4 n a\nW 4 0 1\nx\n").left_behind(Everything()).disk()
        self.assertEqual(disk.left_behind(Nothing()).tree, {"a": b"x"})


if __name__ == "__main__":
    unittest.main()
