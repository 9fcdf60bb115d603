import Foundation
import TestSupport
import Testing

/// What a device needs to run the player.
@Suite struct DependencyTests {
  @Test func thePlayerNeedsTheCLibraryAndTheSwiftRuntimeOnly() throws {
    let ldd = "/usr/bin/ldd"
    guard FileManager.default.isExecutableFile(atPath: ldd) else {
      print("skipped: no ldd")
      return
    }
    func libraries(_ program: Program) throws -> [String] {
      try Program(path: ldd).succeed([program.path]).lines.compactMap { line in
        line.split(whereSeparator: \.isWhitespace).first?.split(separator: "/").last.map(
          String.init)
      }
    }
    let allowed = [
      "linux-vdso.so", "ld-linux", "ld-musl", "libc.so", "libm.so", "libdl.so", "libpthread.so",
      "librt.so", "libgcc_s.so", "libstdc++.so", "libswift",
      // Of the Swift runtime's concurrency, which an ordinary build links whether used or not.
      "libdispatch.so", "libBlocksRuntime.so",
    ]
    for library in try libraries(.player) {
      #expect(allowed.contains { library.hasPrefix($0) }, "\(library)")
    }
    // The same question to a program that does need more.
    #expect(try libraries(.trainer).contains { $0.hasPrefix("libhdf5") })
    #expect(try libraries(.trainer).contains { $0.hasPrefix("libFoundation") })
  }
}
