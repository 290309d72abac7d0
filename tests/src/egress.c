/* Preloaded into the wallet by the tests: writes down every byte that leaves over the network.

   Whatever is written to an IP socket is appended to the file EGRESS_LOG, with where it went. Sockets
   of the machine itself (the keychain's bus) are left alone. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static int log_file = -1;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("EGRESS_LOG");
    /* A town that the app has opened for itself is not the wallet. */
    if (strncmp(program_invocation_short_name, "farthing-practi", 15) == 0) return;
    if (path != NULL) log_file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static ssize_t plainly(int fd, const void *bytes, size_t length) {
    static ssize_t (*real)(int, const void *, size_t);
    if (real == NULL) real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    return real(fd, bytes, length);
}

static int goes_out(int fd, const struct sockaddr *named, char *to, size_t room) {
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    char host[INET6_ADDRSTRLEN] = "";
    int port = 0;
    if (named != NULL) {
        memcpy(&peer, named, named->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
    } else if (getpeername(fd, (struct sockaddr *)&peer, &length) != 0) {
        return 0;
    }
    if (peer.ss_family == AF_INET) {
        struct sockaddr_in *in = (struct sockaddr_in *)&peer;
        inet_ntop(AF_INET, &in->sin_addr, host, sizeof host);
        port = ntohs(in->sin_port);
    } else if (peer.ss_family == AF_INET6) {
        struct sockaddr_in6 *in = (struct sockaddr_in6 *)&peer;
        inet_ntop(AF_INET6, &in->sin6_addr, host, sizeof host);
        port = ntohs(in->sin6_port);
    } else {
        return 0;
    }
    snprintf(to, room, "%s:%d", host, port);
    return 1;
}

static void note(int fd, const struct sockaddr *named, const struct iovec *parts, int count, ssize_t sent) {
    char to[80], head[160];
    int before = errno, at;
    if (log_file < 0 || sent <= 0 || fd == log_file || !goes_out(fd, named, to, sizeof to)) {
        errno = before;
        return;
    }
    pthread_mutex_lock(&turn);
    int length = snprintf(head, sizeof head, "\n=> %s %d %zd\n", to, fd, sent);
    plainly(log_file, head, (size_t)length);
    for (at = 0; at < count && sent > 0; at++) {
        size_t part = parts[at].iov_len < (size_t)sent ? parts[at].iov_len : (size_t)sent;
        plainly(log_file, parts[at].iov_base, part);
        sent -= (ssize_t)part;
    }
    pthread_mutex_unlock(&turn);
    errno = before;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    ssize_t sent = plainly(fd, bytes, length);
    struct iovec one = {(void *)bytes, length};
    note(fd, NULL, &one, 1, sent);
    return sent;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    static ssize_t (*real)(int, const struct iovec *, int);
    if (real == NULL) real = (ssize_t (*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
    ssize_t sent = real(fd, parts, count);
    note(fd, NULL, parts, count, sent);
    return sent;
}

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
    static ssize_t (*real)(int, const void *, size_t, int);
    if (real == NULL) real = (ssize_t (*)(int, const void *, size_t, int))dlsym(RTLD_NEXT, "send");
    ssize_t sent = real(fd, bytes, length, flags);
    struct iovec one = {(void *)bytes, length};
    note(fd, NULL, &one, 1, sent);
    return sent;
}

ssize_t sendto(int fd, const void *bytes, size_t length, int flags, const struct sockaddr *to, socklen_t size) {
    static ssize_t (*real)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
    if (real == NULL)
        real = (ssize_t (*)(int, const void *, size_t, int, const struct sockaddr *, socklen_t))dlsym(RTLD_NEXT, "sendto");
    ssize_t sent = real(fd, bytes, length, flags, to, size);
    struct iovec one = {(void *)bytes, length};
    note(fd, to, &one, 1, sent);
    return sent;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    static ssize_t (*real)(int, const struct msghdr *, int);
    if (real == NULL) real = (ssize_t (*)(int, const struct msghdr *, int))dlsym(RTLD_NEXT, "sendmsg");
    ssize_t sent = real(fd, message, flags);
    note(fd, (const struct sockaddr *)message->msg_name, message->msg_iov, (int)message->msg_iovlen, sent);
    return sent;
}
