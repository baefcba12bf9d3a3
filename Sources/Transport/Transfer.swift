import CCurl
import Glibc

/// One request under way: its easy handle, what has come back, and the proof that it was put on the
/// wire at most once.
///
/// libcurl issues a request again, on a new connection, when a kept connection breaks before the
/// first byte of an answer; it can't be told not to. The server may have acted on the first one.
/// So:
///
/// 1. libcurl asks `prerequest` each time a connection is ready and just before a request is
///    written to it, new or kept, HTTP/1 or HTTP/2. The first call lets it go. For a request that
///    is not idempotent any further call ends the transfer: nothing can be written twice.
/// 2. A second connection for such a request would be made in vain: `openSocket` refuses it.
/// 3. Bodies above 32 KiB are handed out by `read`, which counts them, and `seek` refuses to go
///    back.
///
/// And for telling what can have arrived: without a call of `prerequest` no byte of the request has
/// left (name, connection, proxy, TLS come before it). After it all is ambiguous, except a large
/// body that was not handed out to its end: what announced its length and did not come whole is no
/// request. libcurl's own counters are not asked, since it clears some of them when it tries again.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    let request: HTTPRequest
    let completion: HTTPClient.Completion

    private var list: UnsafeMutablePointer<curl_slist>?
    private var head: [UInt8] = []
    /// The blank line behind the head has come. libcurl calls a connection that ends within the
    /// head a good answer without a body.
    private var isHeadWhole = false
    private var body: [UInt8] = []
    private var isTooLarge = false
    /// How often a connection was ready to take the request.
    private var begun = 0
    /// libcurl wanted to issue it again, and was stopped.
    private var isStopped = false
    /// Bytes of a large body handed out.
    private var handed = 0

    private static let headLimit = 64 << 10
    private static let copiedBody = 32 << 10

    init(
        easy: UnsafeMutableRawPointer, request: HTTPRequest,
        completion: @escaping HTTPClient.Completion
    ) {
        self.easy = easy
        self.request = request
        self.completion = completion
    }

    /// Frees what the easy handle pointed to; it must have been reset before.
    func forget() {
        curl_slist_free_all(list)
        list = nil
    }

    private var isLarge: Bool { request.body.count > Transfer.copiedBody }

    // MARK: Before

    /// Sets all options; returns why it can't be done, or nil.
    func prepare(_ configuration: HTTPClient.Configuration, _ id: HTTPClient.RequestID) -> String? {
        var options = Options(easy: easy, transfer: self)
        options.set(CURLOPT_PRIVATE, UnsafeMutableRawPointer(bitPattern: UInt(id.number)))
        options.set(CURLOPT_URL, request.url)
        options.check(ccurl_only_http(easy))
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_PATH_AS_IS, 1)
        options.set(CURLOPT_NOSIGNAL, 1)
        options.set(CURLOPT_TCP_KEEPALIVE, 1)
        options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        options.set(CURLOPT_TIMEOUT_MS, min(max(1, request.timeout), 3_600_000))
        options.set(CURLOPT_CONNECTTIMEOUT_MS, min(max(1, request.connectTimeout), 3_600_000))
        options.set(CURLOPT_MAXAGE_CONN, configuration.idleSeconds)
        options.set(CURLOPT_USERAGENT, configuration.userAgent)
        let isHTTP2 = configuration.http2 && request.url.utf8.starts(with: "https:".utf8)
        options.set(
            CURLOPT_HTTP_VERSION, isHTTP2 ? Int(CURL_HTTP_VERSION_2TLS) : Int(CURL_HTTP_VERSION_1_1)
        )
        // Over plain http nothing tells whether a connection can be shared, and every request would
        // wait for the end of a held poll to find out.
        options.set(CURLOPT_PIPEWAIT, isHTTP2 ? 1 : 0)
        if let path = configuration.certificates { options.set(CURLOPT_CAINFO, path) }
        if request.method != .head, request.maximumResponseBytes > 0 {
            options.setSize(CURLOPT_MAXFILESIZE_LARGE, request.maximumResponseBytes)
        }
        options.set(CURLOPT_WRITEDATA, options.transfer)
        options.set(CURLOPT_HEADERDATA, options.transfer)
        options.set(CURLOPT_PREREQDATA, options.transfer)
        options.set(CURLOPT_OPENSOCKETDATA, options.transfer)
        options.check(ccurl_set_data(easy, CURLOPT_WRITEFUNCTION, Transfer.write))
        options.check(ccurl_set_data(easy, CURLOPT_HEADERFUNCTION, Transfer.header))
        options.check(ccurl_set_prereq(easy, Transfer.prerequest))
        options.check(ccurl_set_open_socket(easy, Transfer.openSocket))
        setMethod(&options)
        guard setHeaders(&options) else { return "no memory for the headers" }
        guard options.failed != CURLE_OK else { return nil }
        return "libcurl refuses an option: " + String(cString: curl_easy_strerror(options.failed))
    }

    private func setMethod(_ options: inout Options) {
        switch request.method {
        case .get: options.set(CURLOPT_HTTPGET, 1)
        case .head: options.set(CURLOPT_NOBODY, 1)
        case .delete where request.body.isEmpty:
            options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        case .post: setBody(&options)
        case .put, .patch, .delete:
            setBody(&options)
            options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
    }

    private func setBody(_ options: inout Options) {
        options.set(CURLOPT_POST, 1)
        options.setSize(CURLOPT_POSTFIELDSIZE_LARGE, request.body.count)
        if isLarge {
            options.check(ccurl_set_data(easy, CURLOPT_READFUNCTION, Transfer.read))
            options.set(CURLOPT_READDATA, options.transfer)
            options.check(ccurl_set_seek(easy, Transfer.seek))
            options.set(CURLOPT_SEEKDATA, options.transfer)
        } else if request.body.isEmpty {
            options.set(CURLOPT_COPYPOSTFIELDS, "")
        } else {
            // Copied by libcurl, which then writes head and body with one system call.
            request.body.withUnsafeBytes { bytes in
                options.set(
                    CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            }
        }
    }

    private func setHeaders(_ options: inout Options) -> Bool {
        // A name without a value takes libcurl's own header away: no wait for "100 Continue", and
        // no type that nobody chose.
        guard append("Expect:") else { return false }
        var hasType = false
        for (name, value) in request.headers {
            if name.lowercased() == "content-type" { hasType = true }
            guard append(value.isEmpty ? "\(name);" : "\(name): \(value)") else { return false }
        }
        if !hasType, !append("Content-Type:") { return false }
        options.check(ccurl_set_list(easy, CURLOPT_HTTPHEADER, list))
        return true
    }

    private func append(_ line: String) -> Bool {
        guard let longer = curl_slist_append(list, line) else { return false }
        list = longer
        return true
    }

    /// Sets options one by one and remembers the first that was not taken.
    private struct Options {
        let easy: UnsafeMutableRawPointer
        /// The transfer, as its callbacks get it. Whoever holds the easy handle holds the transfer.
        let transfer: UnsafeMutableRawPointer
        var failed = CURLE_OK

        init(easy: UnsafeMutableRawPointer, transfer: Transfer) {
            self.easy = easy
            self.transfer = Unmanaged.passUnretained(transfer).toOpaque()
        }

        mutating func check(_ code: CURLcode) {
            if failed == CURLE_OK { failed = code }
        }
        mutating func set(_ option: CURLoption, _ value: Int) {
            check(ccurl_set_long(easy, option, value))
        }
        mutating func set(_ option: CURLoption, _ value: String) {
            check(ccurl_set_string(easy, option, value))
        }
        mutating func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) {
            check(ccurl_set_pointer(easy, option, value))
        }
        mutating func setSize(_ option: CURLoption, _ value: Int) {
            check(ccurl_set_off(easy, option, curl_off_t(value)))
        }
    }

    // MARK: On the way

    private static func of(_ pointer: UnsafeMutableRawPointer) -> Transfer {
        Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
    }

    private static let prerequest: ccurl_prereq_callback = { pointer, _, _, _, _ in
        guard let pointer else { return CURL_PREREQFUNC_ABORT }
        let transfer = of(pointer)
        if transfer.begun > 0, !transfer.request.idempotent {
            transfer.isStopped = true
            return CURL_PREREQFUNC_ABORT
        }
        transfer.begun += 1
        transfer.handed = 0
        return CURL_PREREQFUNC_OK
    }

    private static let openSocket: ccurl_open_socket_callback = { pointer, _, address in
        guard let pointer, let address else { return -1 }
        let transfer = of(pointer)
        if transfer.begun > 0, !transfer.request.idempotent {
            transfer.isStopped = true
            return -1
        }
        let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return socket(address.pointee.family, kind, address.pointee.protocol)
    }

    private static let read: ccurl_data_callback = { buffer, size, count, pointer in
        guard let buffer, let pointer else { return Int(CURL_READFUNC_ABORT) }
        let transfer = of(pointer)
        let body = transfer.request.body
        let room = min(size * count, body.count - transfer.handed)
        body.withUnsafeBytes { bytes in
            UnsafeMutableRawBufferPointer(start: buffer, count: room)
                .copyMemory(
                    from: UnsafeRawBufferPointer(
                        rebasing: bytes[transfer.handed..<transfer.handed + room]))
        }
        transfer.handed += room
        return room
    }

    private static let seek: ccurl_seek_callback = { pointer, offset, origin in
        guard let pointer else { return CURL_SEEKFUNC_FAIL }
        let transfer = of(pointer)
        guard transfer.request.idempotent, origin == SEEK_SET, offset >= 0,
            offset <= transfer.request.body.count
        else { return CURL_SEEKFUNC_FAIL }
        transfer.handed = Int(offset)
        return CURL_SEEKFUNC_OK
    }

    private static let header: ccurl_data_callback = { buffer, size, count, pointer in
        guard let buffer, let pointer else { return 0 }
        let transfer = of(pointer)
        let line = UnsafeRawBufferPointer(start: buffer, count: size * count)
        // Each status line begins anew: what came before it was informational.
        if line.starts(with: "HTTP/".utf8) {
            transfer.head.removeAll(keepingCapacity: true)
            transfer.isHeadWhole = false
        }
        if line.first == 0x0d || line.first == 0x0a { transfer.isHeadWhole = true }
        if transfer.head.count + line.count > Transfer.headLimit {
            transfer.isTooLarge = true
            return 0
        }
        transfer.head.append(contentsOf: line)
        return line.count
    }

    private static let write: ccurl_data_callback = { buffer, size, count, pointer in
        guard let buffer, let pointer else { return 0 }
        let transfer = of(pointer)
        let bytes = UnsafeRawBufferPointer(start: buffer, count: size * count)
        if bytes.count > transfer.request.maximumResponseBytes - transfer.body.count {
            transfer.isTooLarge = true
            return 0
        }
        transfer.body.append(contentsOf: bytes)
        return bytes.count
    }

    // MARK: After

    /// What came of it, by libcurl's result and our own counters.
    func result(_ code: CURLcode) -> Result<HTTPResponse, TransportFailure> {
        let status = ccurl_get_long(easy, CURLINFO_RESPONSE_CODE)
        if code == CURLE_OK, status >= 200, isHeadWhole {
            return .success(HTTPResponse(status: status, head: head, body: body))
        }
        if isTooLarge || code == CURLE_FILESIZE_EXCEEDED {
            return .failure(.tooLarge(reason(code, status, "more came than is allowed")))
        }
        if begun == 0, code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT {
            return .failure(.refused(reason(code, status, "not an address of http or https")))
        }
        let words = code == CURLE_OK ? "the connection ended within the head of the answer" : nil
        return .failure(failure(reason(code, status, words)))
    }

    /// What is known of it when the client closes.
    func abandoned() -> TransportFailure {
        failure(
            .init(
                words: "the client was closed", status: ccurl_get_long(easy, CURLINFO_RESPONSE_CODE)
            ))
    }

    private func failure(_ reason: TransportFailure.Reason) -> TransportFailure {
        if begun == 0 { return .notSent(reason) }
        if isLarge, head.isEmpty, handed < request.body.count { return .notSent(reason) }
        return .ambiguous(reason)
    }

    private func reason(_ code: CURLcode, _ status: Int, _ words: String?)
        -> TransportFailure.Reason
    {
        var said = words ?? String(cString: curl_easy_strerror(code))
        if words == nil {
            let number = ccurl_get_long(easy, CURLINFO_OS_ERRNO)
            if isStopped {
                said = "the kept connection broke before an answer, and it must not be sent again"
            } else if code == CURLE_COULDNT_CONNECT || code == CURLE_RECV_ERROR
                || code == CURLE_SEND_ERROR,
                let number = Int32(exactly: number), number != 0
            {
                said += ": " + String(cString: strerror(number))
            }
        }
        return .init(words: said, code: Int(code.rawValue), status: status)
    }
}
