"""The sick disk: a slow one for drills, and one whose every write is on record.

``syncshim.c`` is preloaded (LD_PRELOAD) into the process under test and into nothing else.  It
does one of two things, or both, by environment:

``LINLI_SHIM_SYNC_MS=150``
    every fsync, fdatasync, sync_file_range and msync of a regular file takes so much longer.
``LINLI_SHIM_LOG=FILE`` with ``LINLI_SHIM_DIR=DIRECTORY``
    what the process does to files under DIRECTORY is appended to FILE, in order, so that a test
    can rebuild what a power cut at any moment might have left (``hwsim.disk.log`` reads it).

Format of the log: the eight bytes ``LNLSHIM1``, then records.  A record is, little endian,

======  ======  ==========================================================================
bytes   field   meaning
======  ======  ==========================================================================
1       op      ``c`` created, ``w`` wrote, ``t`` truncated, ``s`` synced, ``u`` unlinked,
                ``r`` renamed, ``d`` synced a directory
1       -       zero
2       path    length of the path that follows
4       data    length of the data that follows the path
8       offset  of a write; the new size of a truncation; else 0 (signed)
8       at      CLOCK_BOOTTIME in nanoseconds when the call had returned
path            relative to DIRECTORY; the directory itself is ``.``
data            the bytes written; the new path of a rename, relative as well
======  ======  ==========================================================================

A call that failed is not recorded; a short write is recorded as short.  One lock is held over
each call and its record, syncs included, so the order of the log is the order of the disk: a
write before an ``s`` of the same file had been handed to the kernel before that sync began.

Marks: the process under test writes to a file named ``mark`` in DIRECTORY; that is a ``w`` like
any other, and ``Record.mark`` gives its text.

Not seen: mappings (SQLite's -shm, which recovery throws away), stdio of C (fopen), descriptors
whose file has been unlinked, and programs that call the kernel without libc.
"""
