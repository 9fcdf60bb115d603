import Foundation
import Testing

@testable import Training

@Suite struct WorkerPoolTests {
  @Test(arguments: [1, 2, 5, 16])
  func everyItemIsDoneOnceByAWorkerOfItsOwn(threads: Int) {
    let pool = WorkerPool(count: threads)
    for items in [0, 1, 3, 100] {
      let done = Buffer<Int>(repeating: 0, count: items)
      let busy = Buffer<Int>(repeating: 0, count: threads)
      for _ in 0..<50 {
        pool.run(items) { worker, item in
          busy.base[worker] += 1
          done.base[item] += busy.base[worker] == 1 ? 1 : 1000
          busy.base[worker] -= 1
        }
      }
      #expect(done.array == [Int](repeating: 50, count: items))
    }
  }

  @Test func anUnusedPoolEndsItsThreads() {
    for _ in 0..<200 { _ = WorkerPool(count: 4) }
    let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
    usleep(200_000)
    let left = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
    #expect(left?.count ?? 0 <= max(100, threads?.count ?? 0))
  }
}
