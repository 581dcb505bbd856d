/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A library to preload: ends the program, or fails the call, at the n-th call that reads or changes what a disk holds,
 * or asks for memory.
 *
 *     LD_PRELOAD=libdeadly.so DEADLY_CALLS=rename,fsync,fdatasync DEADLY_AT=7 [DEADLY_AFTER=1] [DEADLY_ERRNO=28]
 * program
 *
 * Calls are counted over all threads. At call DEADLY_AT the process kills itself with SIGKILL, before the call is made
 * or (DEADLY_AFTER) right after it; with DEADLY_ERRNO that call and all later ones fail with that number instead, with
 * DEADLY_ONCE that one alone. With DEADLY_PATH only calls count that open a path with that text in it. Without
 * DEADLY_AT nothing happens but the count, which is written as a line to the file DEADLY_COUNT when the program ends.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;

static long number(const char* name) {
    const char* text = getenv(name);
    return text ? atol(text) : 0;
}

static int is_counted(const char* call) {
    const char* list = getenv("DEADLY_CALLS");
    const size_t size = strlen(call);
    while (list && *list) {
        const size_t item = strcspn(list, ",");
        if (item == size && strncmp(list, call, size) == 0) return 1;
        list += item + (list[item] == ',');
    }
    return 0;
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Whether this call is to fail. *last: die after it. */
static int enter(const char* call, int* last) {
    *last = 0;
    if (!is_counted(call)) return 0;
    const long here = atomic_fetch_add(&calls, 1) + 1, at = number("DEADLY_AT");
    if (at == 0 || here < at) return 0;
    if (number("DEADLY_ERRNO") != 0) {
        if (here > at && number("DEADLY_ONCE") != 0) return 0;
        errno = (int)number("DEADLY_ERRNO");
        return 1;
    }
    if (here > at) return 0;
    if (number("DEADLY_AFTER") == 0) die();
    *last = 1;
    return 0;
}

__attribute__((destructor)) static void tell(void) {
    const char* path = getenv("DEADLY_COUNT");
    FILE* file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%ld\n", atomic_load(&calls));
    fclose(file);
}

/* Defines `name` to do what the next library does, counted. */
#define DEADLY(type, name, failed, parameters, arguments)              \
    type name parameters {                                             \
        static type(*next) parameters;                                 \
        int last;                                                      \
        if (!next) next = (type(*) parameters)dlsym(RTLD_NEXT, #name); \
        if (enter(#name, &last)) return failed;                        \
        type result = next arguments;                                  \
        if (last) die();                                               \
        return result;                                                 \
    }

DEADLY(int, rename, -1, (const char* from, const char* to), (from, to))
DEADLY(int, renameat, -1, (int fd, const char* from, int fd2, const char* to), (fd, from, fd2, to))
DEADLY(int, fsync, -1, (int fd), (fd))
DEADLY(int, fdatasync, -1, (int fd), (fd))
DEADLY(int, syncfs, -1, (int fd), (fd))
DEADLY(int, ftruncate, -1, (int fd, off_t size), (fd, size))
DEADLY(int, ftruncate64, -1, (int fd, off64_t size), (fd, size))
DEADLY(int, unlink, -1, (const char* path), (path))
DEADLY(int, unlinkat, -1, (int fd, const char* path, int flags), (fd, path, flags))
DEADLY(int, mkdir, -1, (const char* path, mode_t mode), (path, mode))
/* With DEADLY_HANG, reads of what lies below a path with that text in it never come back. */
static void hang_below(int fd) {
    const char* part = getenv("DEADLY_HANG");
    char name[64], path[4096];
    ssize_t size;
    if (!part) return;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    size = readlink(name, path, sizeof path - 1);
    path[size > 0 ? size : 0] = '\0';
    if (strstr(path, part))
        for (;;) pause();
}

#define DEADLY_READ(name, parameters, arguments)                          \
    ssize_t name parameters {                                             \
        static ssize_t(*next) parameters;                                 \
        int last;                                                         \
        if (!next) next = (ssize_t(*) parameters)dlsym(RTLD_NEXT, #name); \
        hang_below(fd);                                                   \
        if (enter(#name, &last)) return -1;                               \
        ssize_t result = next arguments;                                  \
        if (last) die();                                                  \
        return result;                                                    \
    }

DEADLY_READ(read, (int fd, void* data, size_t size), (fd, data, size))
DEADLY_READ(pread, (int fd, void* data, size_t size, off_t at), (fd, data, size, at))
DEADLY_READ(pread64, (int fd, void* data, size_t size, off64_t at), (fd, data, size, at))
/* Of a file alone: memory is asked for by malloc, below. */
void* mmap(void* at, size_t size, int how, int flags, int fd, off_t from) {
    static void* (*next)(void*, size_t, int, int, int, off_t);
    int last = 0;
    if (!next) next = (void* (*)(void*, size_t, int, int, int, off_t))dlsym(RTLD_NEXT, "mmap");
    if (fd >= 0 && enter("mmap", &last)) return (void*)-1;
    void* const result = next(at, size, how, flags, fd, from);
    if (last) die();
    return result;
}

DEADLY(ssize_t, write, -1, (int fd, const void* data, size_t size), (fd, data, size))
DEADLY(ssize_t, pwrite, -1, (int fd, const void* data, size_t size, off_t at), (fd, data, size, at))
DEADLY(ssize_t, pwrite64, -1, (int fd, const void* data, size_t size, off64_t at), (fd, data, size, at))

/* Calls that open take a mode as well if they may make a file. */
static int is_meant(const char* path) {
    const char* part = getenv("DEADLY_PATH");
    return !part || (path && strstr(path, part));
}

#define DEADLY_OPEN(name, parameters, path, arguments)        \
    int name parameters {                                     \
        static int (*next)();                                 \
        int last = 0;                                         \
        mode_t mode = 0;                                      \
        if (!next) next = (int (*)())dlsym(RTLD_NEXT, #name); \
        if (flags & (O_CREAT | __O_TMPFILE)) {                \
            va_list rest;                                     \
            va_start(rest, flags);                            \
            mode = va_arg(rest, mode_t);                      \
            va_end(rest);                                     \
        }                                                     \
        if (is_meant(path) && enter(#name, &last)) return -1; \
        const int result = next arguments;                    \
        if (last) die();                                      \
        return result;                                        \
    }

DEADLY_OPEN(open, (const char* path, int flags, ...), path, (path, flags, mode))
DEADLY_OPEN(open64, (const char* path, int flags, ...), path, (path, flags, mode))
DEADLY_OPEN(openat, (int fd, const char* path, int flags, ...), path, (fd, path, flags, mode))
DEADLY_OPEN(openat64, (int fd, const char* path, int flags, ...), path, (fd, path, flags, mode))

/* Memory, of the allocator that the program has. dlsym() asks for some itself, which the C library gives by its own
 * names, and which nobody frees. */
extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);

static void* allocator(const char* name) {
    static int asking;
    if (asking++) return NULL;
    void* const found = dlsym(RTLD_NEXT, name);
    asking = 0;
    return found;
}

static int no_memory(const char* call) {
    int last;
    if (!enter(call, &last)) return 0;
    errno = ENOMEM;
    return 1;
}

#define MEMORY(name, parameters, arguments)                           \
    void* name parameters {                                           \
        static void*(*next)parameters;                                \
        if (no_memory("malloc")) return NULL;                         \
        if (!next) next = (void* (*)parameters)allocator(#name);      \
        return next ? next arguments : __libc_##name arguments;       \
    }

MEMORY(malloc, (size_t size), (size))
MEMORY(calloc, (size_t count, size_t size), (count, size))
MEMORY(realloc, (void* at, size_t size), (at, size))
