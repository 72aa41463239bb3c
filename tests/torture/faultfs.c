/* Faults below one folder, for tests: preloaded, it fails the n-th write, flush, truncation, read or opening for
 * writing of files below a folder, counts them, keeps a log of them (from which a power cut is replayed), and turns
 * the wall clock. Files elsewhere are never touched. `tests/torture/faultfs.py` compiles and drives it.
 *
 * The folder of a file is asked of /proc at each call, so that nothing has to be remembered when files are opened
 * and closed; that is slow and does not matter here.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, TRUNCATE = 4, READ = 8, OPEN = 16, MARK = 32 };
enum { LONGEST = 4096 };

static char folder[LONGEST];
static size_t folder_length;
static int kinds, fault, sticky, half;
static long nth, matched, failed;
static long counts[5];
static long clock_offset;
static int log_fd = -1;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int place(int kind) { return __builtin_ctz((unsigned)kind); }

void faultfs_disarm(void)
{
    folder_length = 0;
    kinds = 0;
}

/* Counts from now on; when `fail_kinds` is not 0, the n-th call of these kinds fails with `error` (all later ones too
 * when `forever`); with `torn` the n-th write writes its first half only, and what follows fails. */
void faultfs_arm(const char *below, int fail_kinds, long at, int error, int forever, int torn)
{
    faultfs_disarm();
    memset(counts, 0, sizeof counts);
    matched = failed = 0;
    nth = at;
    fault = error;
    sticky = forever;
    half = torn;
    if (!realpath(below, folder))
        snprintf(folder, sizeof folder, "%s", below);
    kinds = fail_kinds;
    folder_length = strlen(folder);
}

long faultfs_count(int kind) { return counts[place(kind)]; }
long faultfs_failed(void) { return failed; }
void faultfs_turn_clock(long seconds) { clock_offset = seconds; }

static void record(int kind, const char *path, int64_t offset, const void *data, int64_t length)
{
    if (log_fd < 0)
        return;
    int64_t head[4] = {kind, (int64_t)strlen(path), offset, length};
    syscall(SYS_write, log_fd, head, sizeof head);
    syscall(SYS_write, log_fd, path, (size_t)head[1]);
    if (data)
        syscall(SYS_write, log_fd, data, (size_t)length);
}

/* Keeps from now on what is written, cut and flushed below the folder. */
void faultfs_log(const char *path)
{
    log_fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
}

void faultfs_mark(const char *text)
{
    pthread_mutex_lock(&turn);
    record(MARK, "", 0, text, (int64_t)strlen(text));
    pthread_mutex_unlock(&turn);
}

__attribute__((constructor)) static void from_environment(void)
{
    const char *below = getenv("FAULTFS_FOLDER"), *seconds = getenv("FAULTFS_CLOCK");
    if (seconds)
        clock_offset = atol(seconds);
    if (!below)
        return;
    const char *which = getenv("FAULTFS_KINDS"), *at = getenv("FAULTFS_NTH"), *error = getenv("FAULTFS_ERRNO");
    faultfs_arm(below, which ? atoi(which) : 0, at ? atol(at) : 1, error ? atoi(error) : EIO,
                getenv("FAULTFS_FOREVER") != NULL, 0);
}

static int below(const char *path)
{
    return strncmp(path, folder, folder_length) == 0 && (path[folder_length] == '/' || !path[folder_length]);
}

static int inside(int fd, char *path)
{
    char link[64];
    if (!folder_length)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, (size_t)LONGEST - 1);
    if (length <= 0)
        return 0;
    path[length] = 0;
    return below(path);
}

/* Whether this call has to fail: 0, 1, or 2 for half a write. */
static int hit(int kind)
{
    counts[place(kind)]++;
    if (!(kinds & kind))
        return 0;
    matched++;
    if (matched < nth || (matched > nth && !sticky))
        return 0;
    failed++;
    if (half && kind == WRITE && matched == nth) {
        sticky = 1;
        return 2;
    }
    return 1;
}

#define CALL(kind, fd, refused, otherwise)                                                                         \
    char path[LONGEST];                                                                                            \
    int watched = inside(fd, path), bad = 0;                                                                       \
    if (watched) {                                                                                                 \
        pthread_mutex_lock(&turn);                                                                                 \
        bad = hit(kind);                                                                                           \
        pthread_mutex_unlock(&turn);                                                                               \
    }                                                                                                              \
    if (bad == 1) {                                                                                                \
        errno = fault;                                                                                             \
        return refused;                                                                                            \
    }                                                                                                              \
    if (!watched || log_fd < 0)                                                                                    \
        return otherwise;

static ssize_t logged_write(int fd, const char *path, const void *data, ssize_t done, off_t offset)
{
    (void)fd;
    if (done > 0) {
        pthread_mutex_lock(&turn);
        record(WRITE, path, offset, data, done);
        pthread_mutex_unlock(&turn);
    }
    return done;
}

ssize_t write(int fd, const void *data, size_t length)
{
    REAL(write);
    CALL(WRITE, fd, -1, real(fd, data, bad ? length / 2 : length))
    off_t offset = lseek(fd, 0, SEEK_CUR);
    return logged_write(fd, path, data, real(fd, data, length), offset);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset)
{
    REAL(pwrite);
    CALL(WRITE, fd, -1, real(fd, data, bad ? length / 2 : length, offset))
    return logged_write(fd, path, data, real(fd, data, length, offset), offset);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset)
{
    REAL(pwrite64);
    CALL(WRITE, fd, -1, real(fd, data, bad ? length / 2 : length, offset))
    return logged_write(fd, path, data, real(fd, data, length, offset), offset);
}

static int logged(int kind, const char *path, int answer, int64_t length)
{
    if (answer == 0) {
        pthread_mutex_lock(&turn);
        record(kind, path, 0, NULL, length);
        pthread_mutex_unlock(&turn);
    }
    return answer;
}

int fsync(int fd)
{
    REAL(fsync);
    CALL(SYNC, fd, -1, real(fd))
    return logged(SYNC, path, real(fd), 0);
}

int fdatasync(int fd)
{
    REAL(fdatasync);
    CALL(SYNC, fd, -1, real(fd))
    return logged(SYNC, path, real(fd), 0);
}

int ftruncate(int fd, off_t length)
{
    REAL(ftruncate);
    CALL(TRUNCATE, fd, -1, real(fd, length))
    return logged(TRUNCATE, path, real(fd, length), length);
}

int ftruncate64(int fd, off64_t length)
{
    REAL(ftruncate64);
    CALL(TRUNCATE, fd, -1, real(fd, length))
    return logged(TRUNCATE, path, real(fd, length), length);
}

ssize_t read(int fd, void *data, size_t length)
{
    REAL(read);
    CALL(READ, fd, -1, real(fd, data, length))
    return real(fd, data, length);
}

ssize_t pread(int fd, void *data, size_t length, off_t offset)
{
    REAL(pread);
    CALL(READ, fd, -1, real(fd, data, length, offset))
    return real(fd, data, length, offset);
}

ssize_t pread64(int fd, void *data, size_t length, off64_t offset)
{
    REAL(pread64);
    CALL(READ, fd, -1, real(fd, data, length, offset))
    return real(fd, data, length, offset);
}

static int refuses_opening(const char *path, int flags)
{
    char whole[LONGEST];
    if (!folder_length || !path || !(flags & (O_WRONLY | O_RDWR | O_CREAT)))
        return 0;
    if (path[0] == '/')
        snprintf(whole, sizeof whole, "%s", path);
    else if (!getcwd(whole, sizeof whole) || strlen(whole) + strlen(path) + 2 > sizeof whole)
        return 0;
    else {
        strcat(whole, "/");
        strcat(whole, path);
    }
    if (!below(whole))
        return 0;
    pthread_mutex_lock(&turn);
    int bad = hit(OPEN);
    pthread_mutex_unlock(&turn);
    if (bad)
        errno = fault;
    return bad;
}

#define OPENING(name)                                                                                              \
    int name(const char *path, int flags, ...)                                                                     \
    {                                                                                                              \
        REAL(name);                                                                                                \
        mode_t mode = 0;                                                                                           \
        if (flags & (O_CREAT | O_TMPFILE)) {                                                                       \
            va_list more;                                                                                          \
            va_start(more, flags);                                                                                 \
            mode = va_arg(more, mode_t);                                                                           \
            va_end(more);                                                                                          \
        }                                                                                                          \
        return refuses_opening(path, flags) ? -1 : real(path, flags, mode);                                        \
    }

OPENING(open)
OPENING(open64)

int mkdir(const char *path, mode_t mode)
{
    REAL(mkdir);
    return refuses_opening(path, O_CREAT) ? -1 : real(path, mode);
}

/* --- the wall clock ----------------------------------------------------------------------------------------------- */

int clock_gettime(clockid_t which, struct timespec *out)
{
    int answer = (int)syscall(SYS_clock_gettime, which, out);
    if (answer == 0 && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
        out->tv_sec += clock_offset;
    return answer;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}
