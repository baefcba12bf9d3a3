import Language
import Platform

/// Files of answers, for whoever talks to the bot in a terminal.
enum KeptFiles {
    /// Writes a file into a folder, beside what is there already, and says where it is or why it is not.
    static func put(_ file: Attachment, in folder: String) -> String {
        let (stem, ending) = parts(file.name)
        for n in 1...99 {
            let path = "\(folder)/\(n == 1 ? stem : "\(stem)-\(n)")\(ending)"
            guard !Files.isFile(path) else { continue }
            do throws(SystemError) {
                try Files.write(file.bytes, to: path)
                return "(\(path), \((file.bytes.count + 1023) / 1024) kB)"
            } catch {
                return "(\(file.name) could not be written: \(error))"
            }
        }
        return "(\(file.name) could not be written: there are ninety-nine of that name)"
    }

    /// `NA-1.csv` -> `NA-1`, `.csv`
    private static func parts(_ name: String) -> (String, String) {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return (name, "") }
        return (String(name[..<dot]), String(name[dot...]))
    }
}
