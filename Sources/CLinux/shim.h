// What the Glibc module of Swift does not show: variadic functions, macros, and headers that it
// leaves out. Everything here is inline; there is no C target and no object file.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

// GNU's own, which the headers show only under a macro that Swift's Glibc module is built without.
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int fallocate(int descriptor, int mode, off_t offset, off_t length);

static inline int clinux_openat(int directory, const char *path, int flags, mode_t mode) {
    return openat(directory, path, flags, mode);
}

static inline int clinux_renameat(int from_directory, const char *from, int to_directory, const char *to) {
    return renameat(from_directory, from, to_directory, to);
}

static inline int clinux_flock(int descriptor, int operation) { return flock(descriptor, operation); }

// fallocate with KEEP_SIZE: blocks are reserved behind the end, the length stays.
static inline int clinux_reserve(int descriptor, off_t offset, off_t length) {
    return fallocate(descriptor, 0x01 /* FALLOC_FL_KEEP_SIZE */, offset, length);
}

static inline int clinux_dont_need(int descriptor) {
    return posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
}

static inline ssize_t clinux_getrandom(void *bytes, size_t count) { return getrandom(bytes, count, 0); }

static inline int clinux_filesystem_magic(int descriptor, uint64_t *magic) {
    struct statfs s;
    int result = fstatfs(descriptor, &s);
    if (result == 0) *magic = (uint64_t)(uint32_t)s.f_type;
    return result;
}

static inline int clinux_free_bytes(int descriptor, uint64_t *free_bytes) {
    struct statvfs s;
    int result = fstatvfs(descriptor, &s);
    if (result == 0) *free_bytes = (uint64_t)s.f_bavail * (uint64_t)s.f_frsize;
    return result;
}

static inline void clinux_name_this_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

// Blocks what is meant for the process as a whole, and leaves what a thread does to itself (a
// trap, a fault), so that such a signal is always taken by a thread that expects it.
static inline void clinux_block_process_signals(sigset_t *before) {
    sigset_t all;
    sigfillset(&all);
    sigdelset(&all, SIGSEGV);
    sigdelset(&all, SIGBUS);
    sigdelset(&all, SIGILL);
    sigdelset(&all, SIGFPE);
    sigdelset(&all, SIGTRAP);
    sigdelset(&all, SIGABRT);
    sigdelset(&all, SIGPROF);
    pthread_sigmask(SIG_SETMASK, &all, before);
}

static inline void clinux_restore_signals(const sigset_t *before) { pthread_sigmask(SIG_SETMASK, before, 0); }

// CRC-32C by the processor's own instruction, eight bytes at a step.
#if defined(__x86_64__)
#include <cpuid.h>
static inline int clinux_has_crc32c(void) {
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & (1u << 20));
}
__attribute__((target("crc32"))) static inline uint32_t clinux_crc32c(
    uint32_t remainder, const void *bytes, size_t count) {
    const unsigned char *at = (const unsigned char *)bytes;
    uint64_t crc = remainder;
    for (; count >= 8; at += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        crc = __builtin_ia32_crc32di(crc, word);
    }
    for (; count > 0; at++, count--) crc = __builtin_ia32_crc32qi((uint32_t)crc, *at);
    return (uint32_t)crc;
}
#else
static inline int clinux_has_crc32c(void) { return 0; }
static inline uint32_t clinux_crc32c(uint32_t remainder, const void *bytes, size_t count) { return remainder; }
#endif
