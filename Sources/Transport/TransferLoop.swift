import CCurl
import Glibc
import Logging
import Platform

/// The transport's thread: epoll tells which sockets moved, libcurl says what to wait for.
///
/// 1. Take what callers left. With nothing left and nothing due, sleep in `epoll_wait` until a
///    socket moves, a caller wakes us, or libcurl's timer is due.
/// 2. Hand every socket that moved to `curl_multi_socket_action`: only that transfer is looked at,
///    so a thousand held polls cost nothing beside one short request (`curl_multi_perform` walks
///    all).
/// 3. If the timer is due, hand that in too.
/// 4. Collect the transfers that ended, take each off the multi handle, put its easy handle back
///    into the pool, and only then call its completion, which may submit more.
///
/// Made, run and freed on one thread; nothing in it is shared.
final class TransferLoop {
    private let configuration: HTTPClient.Configuration
    private let queue: SubmissionQueue
    private let log: Logger
    private let multi: UnsafeMutableRawPointer
    private let epoll: Descriptor
    private var transfers: [HTTPClient.RequestID: Transfer] = [:]
    private var pool: [UnsafeMutableRawPointer] = []
    /// When libcurl wants to be called, on the monotonic clock.
    private var due: Int64?
    /// Ended since the queue was last told.
    private var ended = 0

    private static let isLibraryReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    private static let eventsAtOnce = 128
    private static let pooledHandles = 128

    init(
        configuration: HTTPClient.Configuration, queue: SubmissionQueue, log: Logger
    ) throws(TransportFailure) {
        self.configuration = configuration
        self.queue = queue
        self.log = log
        if let path = configuration.certificates, access(path, R_OK) != 0 {
            throw .refused(.init(words: "the file of certificates can't be read"))
        }
        let number = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard number >= 0 else {
            throw .refused(.init(words: SystemError.last("epoll_create1").description))
        }
        epoll = Descriptor(owning: number, path: "epoll")
        guard TransferLoop.isLibraryReady, let multi = curl_multi_init() else {
            throw .refused(.init(words: "libcurl can't be initialised"))
        }
        self.multi = multi
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.fd = queue.wakeup.number
        guard epoll_ctl(number, EPOLL_CTL_ADD, queue.wakeup.number, &event) == 0 else {
            throw .refused(.init(words: SystemError.last("epoll_ctl").description))
        }
        let me = Unmanaged.passUnretained(self).toOpaque()
        _ = ccurl_multi_pointer(multi, CURLMOPT_SOCKETDATA, me)
        _ = ccurl_multi_pointer(multi, CURLMOPT_TIMERDATA, me)
        _ = ccurl_multi_socket(multi) { _, socket, what, loop, known in
            guard let loop else { return -1 }
            return Unmanaged<TransferLoop>.fromOpaque(loop).takeUnretainedValue().watch(
                socket, what, known != nil)
        }
        _ = ccurl_multi_timer(multi) { _, milliseconds, loop in
            guard let loop else { return -1 }
            Unmanaged<TransferLoop>.fromOpaque(loop).takeUnretainedValue().wait(milliseconds)
            return 0
        }
        _ = ccurl_multi_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        // The default is four for each transfer under way: after a burst nearly all would be
        // closed.
        _ = ccurl_multi_long(multi, CURLMOPT_MAXCONNECTS, configuration.limit)
    }

    deinit {
        // Transfers and pooled handles are gone by now: `run` ends with `abandon`. The connections
        // that are still kept close here and must not call back into an object that is going.
        _ = ccurl_multi_socket(multi, nil)
        _ = ccurl_multi_timer(multi, nil)
        curl_multi_cleanup(multi)
    }

    /// Works until the queue is closed.
    func run() {
        queue.attach()
        var events = [epoll_event](repeating: epoll_event(), count: TransferLoop.eventsAtOnce)
        while true {
            let (found, isClosed) = queue.take(ended: ended)
            ended = 0
            if isClosed { return abandon(found) }
            for submission in found { accept(submission) }

            let count = epoll_wait(
                epoll.number, &events, Int32(events.count), sleep(hasWork: !found.isEmpty))
            for event in events.prefix(Int(max(0, count))) { handle(event) }
            if let due, due <= MonotonicClock.now() {
                self.due = nil
                var running: Int32 = 0
                curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running)
            }
            collect()
        }
    }

    // MARK: Submissions

    private func accept(_ submission: SubmissionQueue.Submission) {
        switch submission {
        case .start(let id, let request, let completion):
            guard let easy = pool.popLast() ?? curl_easy_init() else {
                return end(
                    id, completion, .failure(.notSent(.init(words: "no memory for a transfer"))))
            }
            let transfer = Transfer(easy: easy, request: request, completion: completion)
            if let words = transfer.prepare(configuration, id) {
                release(transfer)
                return end(id, completion, .failure(.refused(.init(words: words))))
            }
            transfers[id] = transfer
            let code = curl_multi_add_handle(multi, easy)
            if code != CURLM_OK {
                transfers[id] = nil
                release(transfer)
                let words = String(cString: curl_multi_strerror(code))
                end(
                    id, completion,
                    .failure(.notSent(.init(words: words, code: Int(code.rawValue)))))
            }
        case .cancel(let id):
            guard let transfer = transfers.removeValue(forKey: id) else { return }
            curl_multi_remove_handle(multi, transfer.easy)
            release(transfer)
            end(id, transfer.completion, .failure(.cancelled))
        }
    }

    private func end(
        _ id: HTTPClient.RequestID, _ completion: HTTPClient.Completion,
        _ result: Result<HTTPResponse, TransportFailure>
    ) {
        ended += 1
        completion(result)
    }

    private func release(_ transfer: Transfer) {
        // Resetting first: the handle points into the transfer's list of headers.
        curl_easy_reset(transfer.easy)
        transfer.forget()
        if pool.count < TransferLoop.pooledHandles {
            pool.append(transfer.easy)
        } else {
            curl_easy_cleanup(transfer.easy)
        }
    }

    /// The end: whoever is under way hears what is known of it, whoever waits hears `closed`.
    private func abandon(_ waiting: [SubmissionQueue.Submission]) {
        let open = transfers.sorted { $0.key.number < $1.key.number }
        transfers = [:]
        for (id, transfer) in open {
            let failure = transfer.abandoned()
            curl_multi_remove_handle(multi, transfer.easy)
            release(transfer)
            end(id, transfer.completion, .failure(failure))
        }
        for case .start(let id, _, let completion) in waiting {
            end(id, completion, .failure(.closed))
        }
        for easy in pool { curl_easy_cleanup(easy) }
        pool = []
    }

    // MARK: Sockets and time

    private func handle(_ event: epoll_event) {
        if event.data.fd == queue.wakeup.number { return queue.wakeup.drain() }
        var mask: Int32 = 0
        if event.events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0 { mask |= CURL_CSELECT_IN }
        if event.events & EPOLLOUT.rawValue != 0 { mask |= CURL_CSELECT_OUT }
        if event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { mask |= CURL_CSELECT_ERR }
        var running: Int32 = 0
        curl_multi_socket_action(multi, event.data.fd, mask, &running)
    }

    /// libcurl says what it waits for on a socket. It names a socket's end before it closes it.
    private func watch(_ socket: curl_socket_t, _ what: Int32, _ isKnown: Bool) -> Int32 {
        if what == CURL_POLL_REMOVE {
            _ = epoll_ctl(epoll.number, EPOLL_CTL_DEL, socket, nil)
            return 0
        }
        var event = epoll_event()
        event.data.fd = socket
        if what & CURL_POLL_IN != 0 { event.events |= EPOLLIN.rawValue }
        if what & CURL_POLL_OUT != 0 { event.events |= EPOLLOUT.rawValue }
        let first = isKnown ? EPOLL_CTL_MOD : EPOLL_CTL_ADD
        if epoll_ctl(epoll.number, first, socket, &event) != 0 {
            let second = isKnown ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
            guard epoll_ctl(epoll.number, second, socket, &event) == 0 else { return -1 }
        }
        // Any pointer but nil: "this one is registered".
        if !isKnown { curl_multi_assign(multi, socket, multi) }
        return 0
    }

    private func wait(_ milliseconds: Int) {
        due =
            milliseconds < 0
            ? nil : MonotonicClock.now() + Int64(min(milliseconds, 86_400_000)) * 1_000_000
    }

    /// Milliseconds to sleep, -1 for ever. After work was taken the queue is looked at again first,
    /// as only a look that finds it empty lets callers wake us.
    private func sleep(hasWork: Bool) -> Int32 {
        if hasWork { return 0 }
        guard let due else { return -1 }
        let left = due - MonotonicClock.now()
        return left <= 0 ? 0 : Int32(clamping: (left + 999_999) / 1_000_000)
    }

    // MARK: Ends

    private func collect() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else {
                continue
            }
            let code = ccurl_message_result(message)
            let id = HTTPClient.RequestID(number: UInt64(UInt(bitPattern: ccurl_get_private(easy))))
            guard let transfer = transfers.removeValue(forKey: id) else {
                preconditionFailure("libcurl ended a transfer that is not under way")
            }
            let result = transfer.result(code)
            if case .failure(let failure) = result {
                log.debug("\(transfer.request.label): \(failure)")
            }
            curl_multi_remove_handle(multi, easy)
            release(transfer)
            end(id, transfer.completion, result)
        }
    }
}
