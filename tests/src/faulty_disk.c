/* Preloaded into the wallet by the tests: a disk that fails at one moment, or from one moment on.

   Counts what the program does to files below FAULTY_HOME (FAULTY_WHAT says which acts count) and
   lets the act number FAULTY_NTH fail. FAULTY_REPORT is told every act in its turn, which one was
   struck and, at the end, how many acts there were. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum act { WRITE = 1, SYNC = 2, CUT = 4, RENAME = 8, MAKE = 16, READ = 32, REMOVE = 64 };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char home[PATH_MAX];
static size_t home_length;
static long nth, seen;
static int counted, stays, halves, with, struck;
static FILE *report;

static long number(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("FAULTY_HOME"), *told = getenv("FAULTY_REPORT");
    if (folder == NULL || told == NULL || realpath(folder, home) == NULL) return;
    nth = number("FAULTY_NTH");
    counted = (int)number("FAULTY_WHAT");
    stays = (int)number("FAULTY_STAYS");
    halves = (int)number("FAULTY_HALVES");
    with = number("FAULTY_FULL") ? ENOSPC : EIO;
    report = fopen(told, "we");
    home_length = strlen(home);
}

__attribute__((destructor)) static void end(void) {
    home_length = 0;
    if (report) {
        fprintf(report, "seen %ld\n", seen);
        fclose(report);
    }
}

static int is_below(const char *path) {
    return home_length > 0 && strncmp(path, home, home_length) == 0
        && (path[home_length] == '/' || path[home_length] == 0);
}

static int is_file_of_ours(int fd, char *path) {
    char link[64];
    if (home_length == 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_below(path);
}

/* Only for files directly in the home: the wallet has no folders in it. */
static int is_name_of_ours(const char *name, char *path) {
    char folder[PATH_MAX];
    const char *slash = name ? strrchr(name, '/') : NULL;
    if (home_length == 0 || slash == NULL || slash == name || slash - name >= PATH_MAX) return 0;
    memcpy(folder, name, (size_t)(slash - name));
    folder[slash - name] = 0;
    if (realpath(folder, path) == NULL || strcmp(path, home) != 0) return 0;
    if (home_length + strlen(slash) >= PATH_MAX) return 0;
    memcpy(path + home_length, slash, strlen(slash) + 1);
    return 1;
}

/* 0: goes through. 1: fails. 2: is done by half. */
static int blow(enum act act, const char *path) {
    static const char *const names[] = {"write", "sync", "cut", "rename", "make", "read", "remove"};
    int how = 0;
    if (!(counted & act)) return 0;
    pthread_mutex_lock(&turn);
    seen++;
    if (seen == nth) how = halves && act == WRITE ? 2 : 1;
    else if (stays && seen > nth) how = 1;
    if (report) {
        fprintf(report, "act %s %s\n", names[__builtin_ctz(act)], path + home_length);
        if (how && !struck) {
            struck = 1;
            fprintf(report, "struck %s %s\n", names[__builtin_ctz(act)], path + home_length);
        }
        fflush(report);
    }
    pthread_mutex_unlock(&turn);
    return how;
}

#define REAL(name) \
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, name)

#define WRITES(function, parameters, whole, half) \
    ssize_t function parameters { \
        static ssize_t (*real) parameters; \
        char path[PATH_MAX]; \
        int how = 0; \
        REAL(#function); \
        if (is_file_of_ours(fd, path)) how = blow(WRITE, path); \
        if (how == 2 && count > 1) return half; \
        if (how) { errno = with; return -1; } \
        return whole; \
    }

WRITES(write, (int fd, const void *from, size_t count), real(fd, from, count), real(fd, from, count / 2))
WRITES(pwrite, (int fd, const void *from, size_t count, off_t at), real(fd, from, count, at), real(fd, from, count / 2, at))
WRITES(pwrite64, (int fd, const void *from, size_t count, off64_t at), real(fd, from, count, at), real(fd, from, count / 2, at))

#define FAILS(type, function, parameters, act, call) \
    type function parameters { \
        static type (*real) parameters; \
        char path[PATH_MAX]; \
        REAL(#function); \
        if ((counted & act) && is_file_of_ours(fd, path) && blow(act, path)) { errno = with; return -1; } \
        return call; \
    }

FAILS(ssize_t, read, (int fd, void *into, size_t count), READ, real(fd, into, count))
FAILS(ssize_t, pread, (int fd, void *into, size_t count, off_t at), READ, real(fd, into, count, at))
FAILS(ssize_t, pread64, (int fd, void *into, size_t count, off64_t at), READ, real(fd, into, count, at))
FAILS(int, fsync, (int fd), SYNC, real(fd))
FAILS(int, fdatasync, (int fd), SYNC, real(fd))
FAILS(int, ftruncate, (int fd, off_t to), CUT, real(fd, to))
FAILS(int, ftruncate64, (int fd, off64_t to), CUT, real(fd, to))

int rename(const char *from, const char *to) {
    static int (*real)(const char *, const char *);
    char path[PATH_MAX];
    REAL("rename");
    if (is_name_of_ours(to, path) && blow(RENAME, path)) { errno = with; return -1; }
    return real(from, to);
}

int unlink(const char *name) {
    static int (*real)(const char *);
    char path[PATH_MAX];
    REAL("unlink");
    if (is_name_of_ours(name, path) && blow(REMOVE, path)) { errno = with; return -1; }
    return real(name);
}

#define OPENS(function) \
    int function(const char *name, int flags, ...) { \
        static int (*real)(const char *, int, ...); \
        char path[PATH_MAX]; \
        mode_t mode = 0; \
        REAL(#function); \
        if (flags & O_CREAT) { \
            va_list rest; \
            va_start(rest, flags); \
            mode = va_arg(rest, mode_t); \
            va_end(rest); \
            if (is_name_of_ours(name, path) && access(path, F_OK) != 0 && blow(MAKE, path)) { \
                errno = with; \
                return -1; \
            } \
        } \
        return real(name, flags, mode); \
    }

OPENS(open)
OPENS(open64)
