/* Records what a process does to files below one folder, in order: writes, truncations, names given and taken, syncs.
 *
 * LD_PRELOAD library for the power-cut test. POWER_ROOT is the folder, POWER_LOG the file that records are appended to.
 * A record is one write to an O_APPEND file, made before the recorded call returns, so that records of all threads and
 * processes stand in an order that agrees with what each of them has seen. Names are given and taken one at a time, call
 * and record together: else a folder could be seen to go, and be made anew, before its going is recorded. Memory maps
 * are not recorded: the one in use, SQLite's WAL index, is made anew after a crash. Calls that would change a file
 * unseen are recorded as unknown ('X').
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct __attribute__((packed)) head {
    uint8_t type;
    uint64_t inode;
    int64_t at;
    uint32_t length;
    uint16_t first;
    uint16_t second;
};

static char root[PATH_MAX];
static size_t root_length;
static int log_fd = -1;

#define REAL(name)                                                                                                   \
    ({                                                                                                               \
        static __typeof__(&name) real;                                                                               \
        if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                                                \
        real;                                                                                                        \
    })

static void set_up(void) {
    static int done;
    if (done) return;
    done = 1;
    const char *folder = getenv("POWER_ROOT"), *log = getenv("POWER_LOG");
    if (!folder || !log || !realpath(folder, root)) { root[0] = 0; return; }
    root_length = strlen(root);
    log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    int high = fcntl(log_fd, F_DUPFD_CLOEXEC, 700); /* out of the way of programs that count on low numbers */
    if (high >= 0) { syscall(SYS_close, log_fd); log_fd = high; }
}

static int below(const char *path) {
    return root_length && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

static void record(char type, uint64_t inode, int64_t at, const char *first, const char *second, const void *data,
                   size_t length) {
    if (log_fd < 0) return;
    int kept = errno;
    struct head head = {(uint8_t)type, inode, at, (uint32_t)length, (uint16_t)(first ? strlen(first) : 0),
                        (uint16_t)(second ? strlen(second) : 0)};
    struct iovec parts[4] = {{&head, sizeof head},
                             {(void *)(first ? first : ""), head.first},
                             {(void *)(second ? second : ""), head.second},
                             {(void *)data, length}};
    if (syscall(SYS_writev, log_fd, parts, 4) < 0) abort();
    errno = kept;
}

/* Nobody else gives or takes a name until end_naming. A descriptor of its own: threads and forks share others. */
static int begin_naming(void) {
    set_up();
    if (log_fd < 0) return -1;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, getenv("POWER_LOG"), O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && flock(fd, LOCK_EX) && errno == EINTR) {}
    return fd;
}

static void end_naming(int fd) {
    int kept = errno;
    if (fd >= 0) syscall(SYS_close, fd);
    errno = kept;
}

/* Path of a descriptor below the folder, or 0. */
static int path_of(int fd, char *path, struct stat *status) {
    char name[64];
    set_up();
    if (log_fd < 0 || fstat(fd, status) || !(S_ISREG(status->st_mode) || S_ISDIR(status->st_mode))) return 0;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(name, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return below(path);
}

/* Absolute path of a name, its folder resolved; 0 when it is not below the folder. */
static int path_at(int folder, const char *name, char *path) {
    char whole[PATH_MAX], parent[PATH_MAX];
    set_up();
    if (log_fd < 0 || !name) return 0;
    if (name[0] == '/') {
        snprintf(whole, sizeof whole, "%s", name);
    } else {
        char base[PATH_MAX], link[64];
        if (folder == AT_FDCWD) {
            if (!getcwd(base, sizeof base)) return 0;
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
            ssize_t length = readlink(link, base, sizeof base - 1);
            if (length <= 0) return 0;
            base[length] = 0;
        }
        if (snprintf(whole, sizeof whole, "%s/%s", base, name) >= (int)sizeof whole) return 0;
    }
    char *last = strrchr(whole, '/');
    if (!last || !last[1]) return 0;
    *last = 0;
    if (!realpath(whole[0] ? whole : "/", parent)) return 0;
    return snprintf(path, PATH_MAX, "%s/%s", parent, last + 1) < PATH_MAX && below(path);
}

static void written(int fd, const void *data, ssize_t length, off_t at) {
    char path[PATH_MAX];
    struct stat status;
    int kept = errno;
    if (length > 0 && path_of(fd, path, &status) && S_ISREG(status.st_mode)) {
        if (at < 0) at = lseek(fd, 0, SEEK_CUR) - length;
        record('W', status.st_ino, at, NULL, NULL, data, (size_t)length);
    }
    errno = kept;
}

static void written_parts(int fd, const struct iovec *parts, int count, ssize_t length, off_t at) {
    if (length <= 0) return;
    char *all = malloc((size_t)length), *to = all;
    size_t left = (size_t)length;
    for (int i = 0; i < count && left; i++) {
        size_t n = parts[i].iov_len < left ? parts[i].iov_len : left;
        memcpy(to, parts[i].iov_base, n);
        to += n;
        left -= n;
    }
    written(fd, all, length, at);
    free(all);
}

ssize_t write(int fd, const void *data, size_t length) {
    ssize_t n = REAL(write)(fd, data, length);
    written(fd, data, n, -1);
    return n;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
    ssize_t n = REAL(pwrite)(fd, data, length, at);
    written(fd, data, n, at);
    return n;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
    ssize_t n = REAL(pwrite64)(fd, data, length, at);
    written(fd, data, n, at);
    return n;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    ssize_t n = REAL(writev)(fd, parts, count);
    struct stat status;
    char path[PATH_MAX];
    if (n > 0 && path_of(fd, path, &status)) written_parts(fd, parts, count, n, -1);
    return n;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
    ssize_t n = REAL(pwritev)(fd, parts, count, at);
    written_parts(fd, parts, count, n, at);
    return n;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
    ssize_t n = REAL(pwritev64)(fd, parts, count, at);
    written_parts(fd, parts, count, n, at);
    return n;
}

static void truncated(int fd, off_t length) {
    char path[PATH_MAX];
    struct stat status;
    if (path_of(fd, path, &status)) record('T', status.st_ino, length, NULL, NULL, NULL, 0);
}

int ftruncate(int fd, off_t length) {
    int result = REAL(ftruncate)(fd, length);
    if (!result) truncated(fd, length);
    return result;
}

int ftruncate64(int fd, off64_t length) {
    int result = REAL(ftruncate64)(fd, length);
    if (!result) truncated(fd, length);
    return result;
}

static void synced(int fd) {
    char path[PATH_MAX];
    struct stat status;
    if (path_of(fd, path, &status)) {
        if (S_ISDIR(status.st_mode)) record('D', status.st_ino, 0, path, NULL, NULL, 0);
        else record('S', status.st_ino, 0, NULL, NULL, NULL, 0);
    }
}

int fsync(int fd) {
    int result = REAL(fsync)(fd);
    if (!result) synced(fd);
    return result;
}

int fdatasync(int fd) {
    int result = REAL(fdatasync)(fd);
    if (!result) synced(fd);
    return result;
}

/* Before and after an open: whether the name is new, and what it became. */
static int is_new(int folder, const char *name, int flags, char *path) {
    struct stat status;
    if (!(flags & (O_CREAT | O_TRUNC)) || !path_at(folder, name, path)) return -1;
    return lstat(path, &status) != 0;
}

static void opened(int fd, int fresh, int flags, const char *path) {
    struct stat status;
    if (fd < 0 || fresh < 0 || fstat(fd, &status)) return;
    if (fresh) record('C', status.st_ino, 0, path, NULL, NULL, 0);
    else if (flags & O_TRUNC) record('T', status.st_ino, 0, NULL, NULL, NULL, 0);
}

#define OPEN_BODY(call)                                                                                              \
    char path[PATH_MAX];                                                                                             \
    mode_t mode = 0;                                                                                                 \
    if (flags & O_CREAT) {                                                                                           \
        va_list more;                                                                                                \
        va_start(more, flags);                                                                                       \
        mode = va_arg(more, mode_t);                                                                                 \
        va_end(more);                                                                                                \
    }                                                                                                                \
    int naming = flags & O_CREAT ? begin_naming() : -1;                                                              \
    int fresh = is_new(folder, name, flags, path);                                                                   \
    int fd = call;                                                                                                   \
    opened(fd, fresh, flags, path);                                                                                  \
    end_naming(naming);                                                                                              \
    return fd;

int open(const char *name, int flags, ...) {
    const int folder = AT_FDCWD;
    OPEN_BODY(REAL(open)(name, flags, mode))
}

int open64(const char *name, int flags, ...) {
    const int folder = AT_FDCWD;
    OPEN_BODY(REAL(open64)(name, flags, mode))
}

int openat(int folder, const char *name, int flags, ...) { OPEN_BODY(REAL(openat)(folder, name, flags, mode)) }

int openat64(int folder, const char *name, int flags, ...) { OPEN_BODY(REAL(openat64)(folder, name, flags, mode)) }

static void named(char type, int folder, const char *name) {
    char path[PATH_MAX];
    struct stat status;
    if (path_at(folder, name, path)) {
        uint64_t inode = (type == 'M' && !lstat(path, &status)) ? status.st_ino : 0;
        record(type, inode, 0, path, NULL, NULL, 0);
    }
}

int mkdir(const char *name, mode_t mode) {
    int naming = begin_naming();
    int result = REAL(mkdir)(name, mode);
    if (!result) named('M', AT_FDCWD, name);
    end_naming(naming);
    return result;
}

int mkdirat(int folder, const char *name, mode_t mode) {
    int naming = begin_naming();
    int result = REAL(mkdirat)(folder, name, mode);
    if (!result) named('M', folder, name);
    end_naming(naming);
    return result;
}

int rmdir(const char *name) {
    int naming = begin_naming();
    int result = REAL(rmdir)(name);
    if (!result) named('U', AT_FDCWD, name);
    end_naming(naming);
    return result;
}

int unlink(const char *name) {
    int naming = begin_naming();
    int result = REAL(unlink)(name);
    if (!result) named('U', AT_FDCWD, name);
    end_naming(naming);
    return result;
}

int unlinkat(int folder, const char *name, int flags) {
    int naming = begin_naming();
    int result = REAL(unlinkat)(folder, name, flags);
    if (!result) named('U', folder, name);
    end_naming(naming);
    return result;
}

static void two(char type, int from, const char *name, int to, const char *target) {
    char first[PATH_MAX], second[PATH_MAX];
    struct stat status;
    int one = path_at(from, name, first), other = path_at(to, target, second);
    if (one && other) {
        record(type, lstat(second, &status) ? 0 : status.st_ino, 0, first, second, NULL, 0);
    } else if (one || other) {
        record('X', 0, 0, one ? first : second, NULL, NULL, 0); /* over the edge of the folder */
    }
}

int link(const char *name, const char *target) {
    int naming = begin_naming();
    int result = REAL(link)(name, target);
    if (!result) two('L', AT_FDCWD, name, AT_FDCWD, target);
    end_naming(naming);
    return result;
}

int linkat(int from, const char *name, int to, const char *target, int flags) {
    int naming = begin_naming();
    int result = REAL(linkat)(from, name, to, target, flags);
    if (!result) two('L', from, name, to, target);
    end_naming(naming);
    return result;
}

int rename(const char *name, const char *target) {
    int naming = begin_naming();
    int result = REAL(rename)(name, target);
    if (!result) two('R', AT_FDCWD, name, AT_FDCWD, target);
    end_naming(naming);
    return result;
}

int renameat(int from, const char *name, int to, const char *target) {
    int naming = begin_naming();
    int result = REAL(renameat)(from, name, to, target);
    if (!result) two('R', from, name, to, target);
    end_naming(naming);
    return result;
}

int renameat2(int from, const char *name, int to, const char *target, unsigned int flags) {
    int naming = begin_naming();
    int result = REAL(renameat2)(from, name, to, target, flags);
    if (!result) two('R', from, name, to, target);
    end_naming(naming);
    return result;
}

static void unknown(int fd) {
    char path[PATH_MAX];
    struct stat status;
    if (path_of(fd, path, &status)) record('X', status.st_ino, 0, path, NULL, NULL, 0);
}

ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t length, unsigned int flags) {
    ssize_t n = REAL(copy_file_range)(in, from, out, to, length, flags);
    if (n > 0) unknown(out);
    return n;
}

ssize_t sendfile(int out, int in, off_t *offset, size_t count) {
    ssize_t n = REAL(sendfile)(out, in, offset, count);
    if (n > 0) unknown(out);
    return n;
}

ssize_t sendfile64(int out, int in, off64_t *offset, size_t count) {
    ssize_t n = REAL(sendfile64)(out, in, offset, count);
    if (n > 0) unknown(out);
    return n;
}

int fallocate(int fd, int mode, off_t at, off_t length) {
    int result = REAL(fallocate)(fd, mode, at, length);
    if (!result) unknown(fd);
    return result;
}

int truncate(const char *name, off_t length) {
    int result = REAL(truncate)(name, length);
    if (!result) named('X', AT_FDCWD, name);
    return result;
}
