import random

import pygame

CELL = 160


def main():
    pygame.init()
    screen = pygame.display.set_mode((CELL * 3, CELL * 3 + 40))
    pygame.display.set_caption("打地鼠")
    font = pygame.font.Font(None, 36)
    clock = pygame.time.Clock()
    mole, shown, score = 4, 0.0, 0
    while True:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                pygame.quit()
                return
            if event.type == pygame.MOUSEBUTTONDOWN:
                column, row = event.pos[0] // CELL, (event.pos[1] - 40) // CELL
                if row * 3 + column == mole:
                    score += 1
                    shown = 1.0
        shown += 1 / 60
        if shown > 0.9:
            mole, shown = random.randrange(9), 0.0
        screen.fill((120, 180, 90))
        for hole in range(9):
            centre = (hole % 3 * CELL + CELL // 2, hole // 3 * CELL + CELL // 2 + 40)
            pygame.draw.circle(screen, (90, 60, 30), centre, 55)
            if hole == mole:
                pygame.draw.circle(screen, (160, 110, 70), centre, 40)
        screen.blit(font.render(f"Score: {score}", True, (0, 0, 0)), (10, 8))
        pygame.display.flip()
        clock.tick(60)


if __name__ == "__main__":
    main()
