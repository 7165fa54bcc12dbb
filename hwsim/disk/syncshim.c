/* A disk that is slow on purpose, or that keeps a record.  See __init__.py for use and format.
 *
 * Preloaded, it stands between a program and libc.  A call is passed on with dlsym(RTLD_NEXT).
 * Nothing here allocates; the only state that changes is the lock and the log's descriptor.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define NEXT(name) \
    static __typeof__(&name) next; \
    if (!next) \
        next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static long sync_ms;
static int log_fd = -1;
static char root[PATH_MAX]; /* without a slash at its end */
static size_t root_length;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

struct __attribute__((packed)) head {
    uint8_t op, zero;
    uint16_t path;
    uint32_t data;
    int64_t offset;
    uint64_t at;
};

/* A record that is missing would make the test lie: better no process than that. */
static void give_up(const char *why)
{
    fprintf(stderr, "syncshim: %s: %s\n", why, strerror(errno));
    abort();
}

static void lock(void) { pthread_mutex_lock(&order); }
static void unlock(void) { pthread_mutex_unlock(&order); }

static void begin_log(const char *file, const char *directory)
{
    struct stat st;
    if (!directory || !realpath(directory, root))
        give_up("LINLI_SHIM_DIR must name a directory");
    root_length = strlen(root);
    log_fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log_fd < 0 || fstat(log_fd, &st))
        give_up("LINLI_SHIM_LOG cannot be opened");
    if (st.st_size == 0 && syscall(SYS_write, log_fd, "LNLSHIM1", 8) != 8)
        give_up("LINLI_SHIM_LOG cannot be written");
    pthread_atfork(lock, unlock, unlock);
}

__attribute__((constructor)) static void start(void)
{
    const char *ms = getenv("LINLI_SHIM_SYNC_MS"), *file = getenv("LINLI_SHIM_LOG");
    sync_ms = ms ? strtol(ms, NULL, 10) : 0;
    if (file)
        begin_log(file, getenv("LINLI_SHIM_DIR"));
}

/* ── whose file is it ─────────────────────────────────────────────────────────────────────── */

/* The part of an absolute path below the root, NULL when it is elsewhere. */
static const char *below(const char *path)
{
    if (strncmp(path, root, root_length))
        return NULL;
    if (path[root_length] == 0)
        return ".";
    return path[root_length] == '/' ? path + root_length + 1 : NULL;
}

/* The kernel knows the present name of a descriptor, also after a rename. */
static const char *name_of(int fd, char *buffer)
{
    static const char gone[] = " (deleted)";
    char link[40];
    ssize_t n;
    if (log_fd < 0 || fd < 0)
        return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = syscall(SYS_readlinkat, AT_FDCWD, link, buffer, PATH_MAX - 1);
    if (n <= 0)
        return NULL;
    buffer[n] = 0;
    if (n >= (ssize_t)sizeof gone && !strcmp(buffer + n - (sizeof gone - 1), gone))
        return NULL;
    return below(buffer);
}

/* The name of something that may not exist: its directory is resolved, its last part kept. */
static const char *name_at(int dir, const char *path, char *buffer)
{
    char full[PATH_MAX], base[PATH_MAX];
    const char *last;
    char *slash;
    if (log_fd < 0)
        return NULL;
    if (path[0] == '/' || dir == AT_FDCWD)
        snprintf(full, sizeof full, "%s", path);
    else if (snprintf(full, sizeof full, "/proc/self/fd/%d/%s", dir, path) >= (int)sizeof full)
        return NULL;
    slash = strrchr(full, '/');
    last = slash ? slash + 1 : full;
    snprintf(base, sizeof base, "%s", last);
    if (slash)
        *slash = 0;
    if (!realpath(slash ? (full[0] ? full : "/") : ".", buffer))
        return NULL;
    if (strlen(buffer) + strlen(base) + 2 > PATH_MAX)
        return NULL;
    strcat(strcat(buffer, "/"), base);
    return below(buffer);
}

static void record(char op, const char *path, int64_t offset, const void *data, size_t size)
{
    struct timespec now;
    struct head head = {.op = (uint8_t)op, .path = (uint16_t)strlen(path), .data = (uint32_t)size,
                        .offset = offset};
    struct iovec out[3] = {{&head, sizeof head}, {(void *)path, head.path}, {(void *)data, size}};
    int kept = errno;
    clock_gettime(CLOCK_BOOTTIME, &now);
    head.at = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    if (syscall(SYS_writev, log_fd, out, 3) != (ssize_t)(sizeof head + head.path + size))
        give_up("the log takes no more");
    errno = kept;
}

/* ── writing ──────────────────────────────────────────────────────────────────────────────── */

ssize_t write(int fd, const void *data, size_t size)
{
    NEXT(write);
    char buffer[PATH_MAX];
    const char *path = name_of(fd, buffer);
    ssize_t n;
    if (!path)
        return next(fd, data, size);
    lock();
    n = next(fd, data, size);
    if (n > 0) /* where the kernel has put it, O_APPEND or not */
        record('w', path, lseek(fd, 0, SEEK_CUR) - n, data, (size_t)n);
    unlock();
    return n;
}

#define PWRITE(name, offset_type) \
    ssize_t name(int fd, const void *data, size_t size, offset_type offset) \
    { \
        NEXT(name); \
        char buffer[PATH_MAX]; \
        const char *path = name_of(fd, buffer); \
        ssize_t n; \
        if (!path) \
            return next(fd, data, size, offset); \
        lock(); \
        n = next(fd, data, size, offset); \
        if (n > 0) \
            record('w', path, offset, data, (size_t)n); \
        unlock(); \
        return n; \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

/* Piece by piece, so that a short write is recorded as what it was. */
ssize_t writev(int fd, const struct iovec *data, int pieces)
{
    NEXT(writev);
    char buffer[PATH_MAX];
    ssize_t total = 0, n;
    if (!name_of(fd, buffer))
        return next(fd, data, pieces);
    for (int i = 0; i < pieces; i++) {
        n = write(fd, data[i].iov_base, data[i].iov_len);
        if (n < 0)
            return total ? total : n;
        total += n;
        if ((size_t)n < data[i].iov_len)
            break;
    }
    return total;
}

#define FTRUNCATE(name, offset_type) \
    int name(int fd, offset_type size) \
    { \
        NEXT(name); \
        char buffer[PATH_MAX]; \
        const char *path = name_of(fd, buffer); \
        int failed; \
        if (!path) \
            return next(fd, size); \
        lock(); \
        failed = next(fd, size); \
        if (!failed) \
            record('t', path, size, "", 0); \
        unlock(); \
        return failed; \
    }
FTRUNCATE(ftruncate, off_t)
FTRUNCATE(ftruncate64, off64_t)

/* ── names ────────────────────────────────────────────────────────────────────────────────── */

/* A file that open() made, or emptied: `size` is what stood there before, -1 for nothing. */
static void opened(int fd, int flags, off_t size)
{
    char buffer[PATH_MAX];
    const char *path = fd < 0 ? NULL : name_of(fd, buffer);
    if (path && size < 0)
        record('c', path, 0, "", 0);
    else if (path && (flags & O_TRUNC) && size > 0)
        record('t', path, 0, "", 0);
}

static off_t size_at(int dir, const char *path)
{
    struct stat st;
    int kept = errno, missing = fstatat(dir, path, &st, 0);
    errno = kept;
    return missing ? -1 : st.st_size;
}

#define OPEN(name, dir, call, ...) \
    int name(__VA_ARGS__, int flags, ...) \
    { \
        NEXT(name); \
        mode_t mode = 0; \
        off_t before; \
        int fd; \
        if (flags & (O_CREAT | __O_TMPFILE)) { \
            va_list more; \
            va_start(more, flags); \
            mode = va_arg(more, mode_t); \
            va_end(more); \
        } \
        if (log_fd < 0 || !(flags & (O_CREAT | O_TRUNC))) \
            return call; \
        lock(); \
        before = size_at(dir, path); \
        fd = call; \
        opened(fd, flags, before); \
        unlock(); \
        return fd; \
    }
OPEN(open, AT_FDCWD, next(path, flags, mode), const char *path)
OPEN(open64, AT_FDCWD, next(path, flags, mode), const char *path)
OPEN(openat, at, next(at, path, flags, mode), int at, const char *path)
OPEN(openat64, at, next(at, path, flags, mode), int at, const char *path)

static int unlinked(int failed, const char *path)
{
    if (!failed && path)
        record('u', path, 0, "", 0);
    return failed;
}

int unlink(const char *path)
{
    NEXT(unlink);
    char buffer[PATH_MAX];
    const char *name = name_at(AT_FDCWD, path, buffer);
    lock();
    int failed = unlinked(next(path), name);
    unlock();
    return failed;
}

int unlinkat(int dir, const char *path, int flags)
{
    NEXT(unlinkat);
    char buffer[PATH_MAX];
    const char *name = flags & AT_REMOVEDIR ? NULL : name_at(dir, path, buffer);
    lock();
    int failed = unlinked(next(dir, path, flags), name);
    unlock();
    return failed;
}

/* Out of the root is an unlink, into it from elsewhere a file of unknown content: created. */
static int renamed(int failed, const char *old, const char *new)
{
    if (failed)
        return failed;
    if (old && new)
        record('r', old, 0, new, strlen(new));
    else if (old)
        record('u', old, 0, "", 0);
    else if (new)
        record('c', new, 0, "", 0);
    return failed;
}

#define RENAME(name, from, to, call, ...) \
    int name(__VA_ARGS__) \
    { \
        NEXT(name); \
        char one[PATH_MAX], two[PATH_MAX]; \
        const char *old = name_at(from, a, one), *new = name_at(to, b, two); \
        lock(); \
        int failed = renamed(call, old, new); \
        unlock(); \
        return failed; \
    }
RENAME(rename, AT_FDCWD, AT_FDCWD, next(a, b), const char *a, const char *b)
RENAME(renameat, ad, bd, next(ad, a, bd, b), int ad, const char *a, int bd, const char *b)
RENAME(renameat2, ad, bd, next(ad, a, bd, b, flags), int ad, const char *a, int bd, const char *b,
       unsigned int flags)

/* ── syncing ──────────────────────────────────────────────────────────────────────────────── */

static void dawdle(void)
{
    struct timespec left = {sync_ms / 1000, sync_ms % 1000 * 1000000};
    int kept = errno;
    while (sync_ms > 0 && nanosleep(&left, &left) && errno == EINTR)
        continue;
    errno = kept;
}

static int is_regular(int fd)
{
    struct stat st;
    return !fstat(fd, &st) && S_ISREG(st.st_mode);
}

#define FSYNC(name) \
    int name(int fd) \
    { \
        NEXT(name); \
        char buffer[PATH_MAX]; \
        const char *path = name_of(fd, buffer); \
        int regular = is_regular(fd), failed; \
        if (regular) \
            dawdle(); \
        if (!path) \
            return next(fd); \
        lock(); \
        failed = next(fd); \
        if (!failed) \
            record(regular ? 's' : 'd', path, 0, "", 0); \
        unlock(); \
        return failed; \
    }
FSYNC(fsync)
FSYNC(fdatasync)

int sync_file_range(int fd, off64_t offset, off64_t size, unsigned int flags)
{
    NEXT(sync_file_range);
    if (is_regular(fd))
        dawdle();
    return next(fd, offset, size, flags); /* promises nothing about a power cut: no record */
}

int msync(void *address, size_t size, int flags)
{
    NEXT(msync);
    if (flags & MS_SYNC)
        dawdle();
    return next(address, size, flags);
}
